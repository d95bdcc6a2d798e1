using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Grains.Routing;

/// <summary><c>OrleansLlm:Routing</c>: the ladder of models behind <c>auto</c>, for every tenant that has none of its own.</summary>
public sealed class RoutingOptions : RouteOptions
{
    /// <value>How long it is remembered which model answered a conversation's turn, one minute to one day. Default one hour.</value>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan ConversationLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <value>By tenant; what stands here replaces the general settings as a whole. Default: none.</value>
    public IDictionary<string, RouteOptions> Tenants { get; } = new Dictionary<string, RouteOptions>(StringComparer.Ordinal);
}
