using OrleansLlm.Core.Caching.Risk;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>What the layers decided for a request: the <c>x-orleansllm-*</c> headers.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.gateway.decision.v1")]
public sealed class Decision
{
    [Id(0)]
    public required HitKind Cache { get; init; }

    /// <summary>Accept probability of the best candidate, in [0, 1], also on a miss; null where there was no candidate.</summary>
    [Id(1)]
    public double? CacheScore { get; init; }

    /// <summary>The model that answers.</summary>
    [Id(2)]
    public required string Model { get; init; }

    /// <summary>P(simple), in [0, 1]; null where nothing was classified.</summary>
    [Id(3)]
    public double? RouteScore { get; init; }

    /// <summary>A stable name, see <c>RouteReason</c>.</summary>
    [Id(4)]
    public required string RouteReason { get; init; }

    /// <summary>The kind of work asked for, see <c>QuestionClass</c>; null where nothing was classified.</summary>
    [Id(11)]
    public string? RouteClass { get; init; }

    /// <summary>P(simple) that would have routed down, in [0, 1]; null where nothing was classified.</summary>
    [Id(12)]
    public double? RouteThreshold { get; init; }

    /// <summary>What keeps the request from the cheapest tier, see <c>RouteReason</c>; null where nothing does.</summary>
    [Id(13)]
    public string? RouteConstraint { get; init; }

    /// <summary>Prompt and completion tokens that were not billed.</summary>
    [Id(5)]
    public int TokensSaved { get; init; }

    /// <summary>Prompt and completion tokens that were billed.</summary>
    [Id(14)]
    public int TokensBilled { get; init; }

    /// <summary>USD billed for this request. Before a streamed answer has ended: for its prompt alone.</summary>
    [Id(6)]
    public decimal CostUsd { get; init; }

    /// <summary>USD saved against the requested model, uncompressed and uncached. Before a stream has ended: on its prompt alone.</summary>
    [Id(7)]
    public decimal SavedUsd { get; init; }

    /// <summary>Accept probability that a semantic hit needed; null where no candidate was weighed, or nothing is served by meaning.</summary>
    [Id(9)]
    public double? CacheThreshold { get; init; }

    /// <summary>Why it is that threshold, or why nothing is served by meaning; null where no candidate was weighed.</summary>
    [Id(10)]
    public RiskReason? CacheRisk { get; init; }

    /// <summary>False in the head of a stream that has yet to be paid for.</summary>
    [Id(8)]
    public bool IsFinal { get; init; } = true;
}
