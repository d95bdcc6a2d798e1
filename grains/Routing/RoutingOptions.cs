using System.ComponentModel.DataAnnotations;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Grains.Routing;

/// <summary><c>OrleansLlm:Routing</c>: the ladder of models behind <c>auto</c>. Takes effect at start.</summary>
public sealed class RoutingOptions
{
    /// <value>P(simple) from which a question goes to the cheapest tier, 0 to 1. Default 0.80: if it is not clearly simple, route up.</value>
    [Range(0.0, 1.0)]
    public double Threshold { get; set; } = RoutingPolicy.DefaultThreshold;

    /// <value>Must be true for a threshold below 0.80. Default false.</value>
    public bool AcceptLowThreshold { get; set; }

    /// <value>Tiers from the cheapest to the strongest. Default: <c>gpt-4o-mini</c>, <c>gpt-4o</c>.</value>
    public IList<TierOptions> Tiers { get; } = [];

    /// <summary>The ladder with its default.</summary>
    public IReadOnlyList<ModelTier> Ladder() => Tiers.Count > 0
        ? [.. Tiers.Select(t => new ModelTier(t.Model, t.MaxContextTokens, t.Capabilities()))]
        : DefaultLadder;

    private static IReadOnlyList<ModelTier> DefaultLadder { get; } =
    [
        new("gpt-4o-mini", 128_000, ModelCapabilities.Tools | ModelCapabilities.Vision | ModelCapabilities.JsonSchema),
        new("gpt-4o", 128_000, ModelCapabilities.Tools | ModelCapabilities.Vision | ModelCapabilities.JsonSchema),
    ];
}

/// <summary>One rung of the ladder.</summary>
public sealed class TierOptions
{
    /// <value>A model that a configured provider serves.</value>
    [Required]
    public string Model { get; set; } = string.Empty;

    /// <value>Context length in tokens, prompt and answer together. Default 128,000.</value>
    [Range(1, 100_000_000)]
    public int MaxContextTokens { get; set; } = 128_000;

    /// <value>Whether the model calls tools. Default true.</value>
    public bool Tools { get; set; } = true;

    /// <value>Whether the model reads images, audio and files. Default true.</value>
    public bool Vision { get; set; } = true;

    /// <value>Whether the model keeps to a JSON schema. Default true.</value>
    public bool JsonSchema { get; set; } = true;

    internal ModelCapabilities Capabilities() =>
        (Tools ? ModelCapabilities.Tools : 0) | (Vision ? ModelCapabilities.Vision : 0) | (JsonSchema ? ModelCapabilities.JsonSchema : 0);
}
