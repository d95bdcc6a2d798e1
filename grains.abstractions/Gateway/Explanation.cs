using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Routing;

namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>What each layer would do with a request; see <c>POST /v1/explain</c>.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.gateway.explanation.v1")]
public sealed class Explanation
{
    [Id(0)]
    public required CacheExplanation Cache { get; init; }

    [Id(1)]
    public required RouteExplanation Route { get; init; }

    [Id(2)]
    public required CompressionExplanation Compression { get; init; }

    [Id(3)]
    public required PriceExplanation Price { get; init; }
}

[GenerateSerializer, Immutable, Alias("orleansllm.gateway.explanation.cache.v1")]
public sealed class CacheExplanation
{
    [Id(0)]
    public required string Mode { get; init; }

    [Id(1)]
    public required HitKind Kind { get; init; }

    /// <summary>Accept probability of the best candidate.</summary>
    [Id(2)]
    public double? Score { get; init; }

    /// <summary>Accept probability that a semantic hit needs; null where nothing is served by meaning.</summary>
    [Id(3)]
    public double? Threshold { get; init; }

    /// <summary>Why it is that threshold.</summary>
    [Id(9)]
    public required RiskStatus Risk { get; init; }

    /// <summary>The question as the gateway took it from the prompt.</summary>
    [Id(4)]
    public required string Question { get; init; }

    [Id(5)]
    public string? CandidateQuestion { get; init; }

    [Id(6)]
    public double? CandidateCosine { get; init; }

    /// <summary>Why the best candidate is not served, or why there was no lookup; a stable name.</summary>
    [Id(7)]
    public string? Reason { get; init; }

    /// <summary>The best candidate's entry, which a hit would serve, as <c>DELETE /admin/v1/cache?entry=</c> takes it.</summary>
    [Id(8)]
    public string? Entry { get; init; }
}

[GenerateSerializer, Immutable, Alias("orleansllm.gateway.explanation.route.v1")]
public sealed class RouteExplanation
{
    [Id(0)]
    public required string Mode { get; init; }

    [Id(1)]
    public required string Model { get; init; }

    /// <summary>P(simple), in [0, 1].</summary>
    [Id(2)]
    public double? Probability { get; init; }

    [Id(3)]
    public double Threshold { get; init; }

    [Id(4)]
    public required string Reason { get; init; }

    /// <summary>The kind of work asked for, see <c>QuestionClass</c>.</summary>
    [Id(5)]
    public string Class { get; init; } = string.Empty;

    /// <summary>What keeps the request from the cheapest tier, see <c>RouteReason</c>; null where nothing does.</summary>
    [Id(6)]
    public string? Constraint { get; init; }

    /// <summary>The surface features that moved the score, the greatest effect first.</summary>
    [Id(7)]
    public RouteFeature[] Features { get; init; } = [];

    /// <summary>Whether a certificate stands behind the threshold.</summary>
    [Id(8)]
    public bool Certified { get; init; }

    /// <summary>What checks of production answers say; null where that cannot be read.</summary>
    [Id(9)]
    public RouteEvidenceStatus? Evidence { get; init; }
}

/// <summary>A surface feature that moved the router's score.</summary>
/// <param name="Name">As in the router's manifest.</param>
/// <param name="Value">Its value.</param>
/// <param name="Effect">What it added to the logit of P(simple).</param>
[GenerateSerializer, Immutable, Alias("orleansllm.gateway.explanation.route.feature.v1")]
public readonly record struct RouteFeature([property: Id(0)] string Name, [property: Id(1)] double Value, [property: Id(2)] double Effect);

[GenerateSerializer, Immutable, Alias("orleansllm.gateway.explanation.compression.v1")]
public sealed class CompressionExplanation
{
    [Id(0)]
    public required string Mode { get; init; }

    [Id(1)]
    public int TokensBefore { get; init; }

    [Id(2)]
    public int TokensAfter { get; init; }

    /// <summary>Why nothing is compressed, or null.</summary>
    [Id(3)]
    public string? Reason { get; init; }

    /// <summary>The body with its messages as they would be sent, UTF-8 JSON.</summary>
    [Id(4)]
    public required byte[] Body { get; init; }

    [Id(5)]
    public required RemovedText[] Removed { get; init; }

    /// <summary>The part of what is saved that nothing is lost for: repeats of what a document says already, white space inside data.</summary>
    [Id(6)]
    public int TokensLossless { get; init; }
}

/// <summary>A stretch that compression takes out.</summary>
/// <param name="Message">Index of the message.</param>
/// <param name="Part">Index of the text part in the message.</param>
/// <param name="Start">UTF-16 offset in that part's text.</param>
/// <param name="Length">UTF-16 length.</param>
/// <param name="Score">The sentence's relevance score; 0 for duplicates and white space.</param>
/// <param name="Text">The removed text.</param>
/// <param name="Kind">Why.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.gateway.explanation.removed.v1")]
public readonly record struct RemovedText(
    [property: Id(0)] int Message,
    [property: Id(1)] int Part,
    [property: Id(2)] int Start,
    [property: Id(3)] int Length,
    [property: Id(4)] double Score,
    [property: Id(5)] string Text,
    [property: Id(6)] RemovedKind Kind = RemovedKind.Sentence);

[GenerateSerializer, Immutable, Alias("orleansllm.gateway.explanation.price.v1")]
public sealed class PriceExplanation
{
    [Id(0)]
    public required string BaselineModel { get; init; }

    [Id(1)]
    public bool Priced { get; init; }

    /// <summary>Prompt at the baseline model, uncompressed, plus <see cref="AssumedCompletionTokens"/>.</summary>
    [Id(2)]
    public decimal BaselineUsd { get; init; }

    [Id(3)]
    public decimal PredictedUsd { get; init; }

    /// <summary>Output tokens both figures assume; the answer is not known before it is given.</summary>
    [Id(4)]
    public int AssumedCompletionTokens { get; init; }
}
