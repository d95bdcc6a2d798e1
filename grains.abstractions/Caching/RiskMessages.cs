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

    /// <summary>Hits that callers called wrong, in this epoch.</summary>
    [Id(7)]
    public long Reported { get; init; }
}

/// <summary>A cached answer held against the upstream's.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.risk.comparison.v1")]
public sealed class RiskComparison
{
    [Id(0)]
    public required AnswerVerdict Verdict { get; init; }

    /// <summary>Accept probability of the candidate, in [0, 1].</summary>
    [Id(1)]
    public required double Score { get; init; }

    /// <summary>See <see cref="RiskLabel.ServedFrom"/>.</summary>
    [Id(2)]
    public double? ServedFrom { get; init; }

    /// <summary>See <see cref="RiskLabel.HitShare"/>.</summary>
    [Id(3)]
    public required double HitShare { get; init; }

    /// <summary>See <see cref="RiskLabel.MissShare"/>.</summary>
    [Id(4)]
    public required double MissShare { get; init; }
}

/// <summary>What callers were served by meaning, and said of it.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.risk.feedback.v1")]
public sealed class RiskFeedback
{
    /// <summary>Accept probabilities of the hits since the last message, in [0, 1].</summary>
    [Id(0)]
    public required double[] Served { get; init; }

    [Id(1)]
    public RiskVerdict? Verdict { get; init; }
}

/// <summary>A caller's verdict on a hit.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.risk.verdict.v1")]
public sealed class RiskVerdict
{
    /// <summary>Accept probability of the hit, in [0, 1].</summary>
    [Id(0)]
    public required double Score { get; init; }

    [Id(1)]
    public required bool IsWrong { get; init; }
}
