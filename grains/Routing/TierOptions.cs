using System.ComponentModel.DataAnnotations;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Grains.Routing;

/// <summary>One rung of the ladder. Its provider is the one that serves the model, its prices are the catalogue's.</summary>
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

    /// <value>Whether the model is to be trusted with other languages than English. Default true.</value>
    public bool OtherLanguages { get; set; } = true;

    /// <value>Whether the model takes <c>reasoning_effort</c>, <c>reasoning</c> or <c>thinking</c>; one that does not reason refuses them. Default false.</value>
    public bool Reasoning { get; set; }

    internal ModelCapabilities Capabilities() =>
        (Tools ? ModelCapabilities.Tools : 0)
        | (Vision ? ModelCapabilities.Vision : 0)
        | (JsonSchema ? ModelCapabilities.JsonSchema : 0)
        | (OtherLanguages ? ModelCapabilities.OtherLanguages : 0)
        | (Reasoning ? ModelCapabilities.Reasoning : 0);
}
