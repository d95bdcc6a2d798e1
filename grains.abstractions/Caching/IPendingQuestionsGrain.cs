namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>Single flight by meaning: questions of one cache partition whose answers are on their way. Keyed by the partition; kept in memory alone.</summary>
[Alias("orleansllm.cache.pending.v1")]
public interface IPendingQuestionsGrain : IGrainWithStringKey
{
    /// <summary>
    /// Questions under way that may be the same, nearest first. Empty: the caller leads, and others find its question until it
    /// completes it or <paramref name="question"/>'s lease ends.
    /// </summary>
    /// <param name="question">What is asked.</param>
    /// <param name="refused">Fingerprints offered before that did not fit.</param>
    [Alias("enter")]
    ValueTask<ShardCandidate[]> EnterAsync(ShardQuestion question, string[] refused);

    /// <summary>The answer of a question under way, or null where its leader failed or is late; see <see cref="StoredAnswer.OfNobodyElse"/>.</summary>
    [Alias("wait"), Orleans.Concurrency.AlwaysInterleave, ResponseTimeout(ResponseTimeouts.ModelAnswer)]
    Task<StoredAnswer?> WaitAsync(string fingerprint, TimeSpan longest);

    /// <summary>The leader's answer; null where it has none.</summary>
    [Alias("complete")]
    ValueTask CompleteAsync(string fingerprint, StoredAnswer? answer);
}

/// <summary>A question with its vector.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.question.v1")]
public sealed class ShardQuestion
{
    [Id(0)]
    public required string Fingerprint { get; init; }

    [Id(1)]
    public required string Question { get; init; }

    /// <summary>As in <see cref="ShardQuery.Embedding"/>.</summary>
    [Id(2)]
    public required byte[] Embedding { get; init; }
}
