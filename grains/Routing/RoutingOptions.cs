using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Grains.Routing;

/// <summary><c>OrleansLlm:Routing</c>: the ladder of models behind <c>auto</c>, for every tenant that has none of its own.</summary>
public sealed class RoutingOptions : RouteOptions
{
    /// <value>How long it is remembered which model answered a conversation's turn, one minute to one day. Default one hour.</value>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan ConversationLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <value>Share of routed requests that the other tier answers too, after the reply (billed, ledgered as <c>verification</c>), 0 to 1. Default 0.</value>
    [Range(0.0, 1.0)]
    public double ShadowShare { get; set; }

    /// <value>A model that says which of two different answers serves better (billed likewise). Default none: different answers count as unsure.</value>
    public string? JudgeModel { get; set; }

    /// <value>Waiting comparisons, 1 to 100,000. Default 256; what does not fit is skipped.</value>
    [Range(1, 100_000)]
    public int Queue { get; set; } = 256;

    /// <value>By tenant; what stands here replaces the general settings as a whole. Default: none.</value>
    public IDictionary<string, RouteOptions> Tenants { get; } = new Dictionary<string, RouteOptions>(StringComparer.Ordinal);

    /// <summary>Whether any tenant's costly questions are kept up.</summary>
    public bool KeepsUp() => Tenants.Values.Prepend(this).Any(static r => r.KeptUp().Count > 0);
}
