using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Client.Pages.Feedback;

/// <summary>Answers from the cache that wait for a verdict.</summary>
public sealed class FeedbackView
{
    internal FeedbackView(IReadOnlyList<PendingAnswer> pending, string? said)
    {
        Pending = pending;
        Said = said;
    }

    internal IReadOnlyList<PendingAnswer> Pending { get; }

    /// <summary>What became of the verdict just given; null where there was none.</summary>
    internal string? Said { get; }
}

/// <summary>One of them.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Answer">What was given.</param>
internal sealed record PendingAnswer(string Tenant, ServedAnswer Answer);
