using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Caching.Risk;

namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>What a partition class may serve by meaning; see <see cref="RiskDecision"/>.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.risk.status.v1")]
public sealed class RiskStatus
{
    /// <summary>Accept probability that a hit needs; null where nothing is served by meaning.</summary>
    [Id(0)]
    public double? Threshold { get; init; }

    [Id(1)]
    public required RiskReason Reason { get; init; }

    /// <summary>Wrong share of the labels, in [0, 1].</summary>
    [Id(2)]
    public double ErrorRate { get; init; }

    /// <summary>Upper bound of the error rate, in [0, 1]; 1 without labels.</summary>
    [Id(3)]
    public double UpperBound { get; init; }

    [Id(4)]
    public long Labels { get; init; }

    [Id(5)]
    public long Wrong { get; init; }

    /// <summary>Comparisons that ended undecided.</summary>
    [Id(6)]
    public long Unsure { get; init; }
}

/// <summary>A cached answer held against the upstream's.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.risk.comparison.v1")]
public sealed class RiskComparison
{
    /// <summary>The request whose hit was checked; null for a miss.</summary>
    [Id(0)]
    public string? RequestId { get; init; }

    [Id(1)]
    public required AnswerVerdict Verdict { get; init; }

    /// <summary>Accept probability of the candidate, in [0, 1].</summary>
    [Id(2)]
    public required double Score { get; init; }

    /// <summary>See <see cref="RiskLabel.ServedFrom"/>.</summary>
    [Id(3)]
    public double? ServedFrom { get; init; }

    /// <summary>See <see cref="RiskLabel.HitShare"/>.</summary>
    [Id(4)]
    public required double HitShare { get; init; }

    /// <summary>See <see cref="RiskLabel.MissShare"/>.</summary>
    [Id(5)]
    public required double MissShare { get; init; }
}

/// <summary>A semantic hit as it was served.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Shard">Where the entry lies.</param>
/// <param name="Fingerprint">The entry.</param>
/// <param name="Score">Its accept probability.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.risk.hit.v1")]
public sealed record ServedHit(
    [property: Id(0)] string RequestId, [property: Id(1)] string Shard, [property: Id(2)] string Fingerprint, [property: Id(3)] double Score);

/// <summary>What became of a caller's verdict.</summary>
public enum FeedbackOutcome
{
    /// <summary>No semantic hit of this tenant by that id is remembered.</summary>
    Unknown,

    Taken,

    /// <summary>The hit had a verdict already; that one stays.</summary>
    Repeated,
}

/// <param name="Outcome">What became of the verdict.</param>
/// <param name="IsWrong">The verdict that stands.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.risk.receipt.v1")]
public readonly record struct FeedbackReceipt([property: Id(0)] FeedbackOutcome Outcome, [property: Id(1)] bool IsWrong);
