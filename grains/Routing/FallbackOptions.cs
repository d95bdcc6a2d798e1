using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Grains.Routing;

/// <summary><c>OrleansLlm:Fallback</c>: models that answer where another cannot. Takes effect at start.</summary>
public sealed class FallbackOptions
{
    /// <value>One rule a model. Default none: the caller gets the model's own error.</value>
    public IList<FallbackRule> Rules { get; } = [];
}

/// <summary>The fallbacks of one model, by reason; those of one reason are asked in their order.</summary>
public sealed class FallbackRule
{
    /// <value>The model that could not answer.</value>
    [Required]
    public string Model { get; set; } = string.Empty;

    /// <value>Asked where the prompt does not fit the model. Default none.</value>
    public IList<string> ContextWindow { get; } = [];

    /// <value>Asked where the provider's filter refused the prompt. Default none.</value>
    public IList<string> ContentFilter { get; } = [];

    /// <value>Asked where the provider is out of reach, overloaded or faulty after all repetitions. Default none.</value>
    public IList<string> Outage { get; } = [];
}
