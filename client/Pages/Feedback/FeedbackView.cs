using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Client.Pages.Feedback;

/// <summary>Answers from the cache that wait for a verdict.</summary>
public sealed class FeedbackView
{
    internal FeedbackView(string tenant, int? ofFirst, IReadOnlyList<PendingAnswer> pending, string? said)
    {
        Tenant = tenant;
        OfFirst = ofFirst;
        Pending = pending;
        Said = said;
    }

    internal IReadOnlyList<PendingAnswer> Pending { get; }

    /// <summary>Whose they are; empty for all that the user may see.</summary>
    internal string Tenant { get; }

    /// <summary>How many tenants, the first by name, were asked for theirs; null where all were.</summary>
    internal int? OfFirst { get; }

    /// <summary>What became of the verdict just given; null where there was none.</summary>
    internal string? Said { get; }
}

/// <summary>One of them.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Answer">What was given.</param>
internal sealed record PendingAnswer(string Tenant, ServedAnswer Answer);
