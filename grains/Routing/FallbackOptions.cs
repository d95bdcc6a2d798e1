using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Grains.Routing;

/// <summary><c>OrleansLlm:Fallback</c>: models that answer where another cannot. Takes effect at start.</summary>
public sealed class FallbackOptions
{
    /// <value>One rule a model. Default none: the caller gets the model's own error.</value>
    public IList<FallbackRule> Rules { get; } = [];

    /// <summary>What cannot be used, each by its key.</summary>
    /// <param name="isServed">Whether a provider serves a model.</param>
    public IEnumerable<string> Problems(Func<string, bool> isServed)
    {
        var models = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < Rules.Count; i++)
        {
            var (rule, path) = (Rules[i], $"OrleansLlm:Fallback:Rules:{i}");
            if (!models.Add(rule.Model))
                yield return $"{path}:Model: '{rule.Model}' has a rule already; put all its fallbacks into one.";
            foreach (var (name, candidates) in new[] { ("ContextWindow", rule.ContextWindow), ("ContentFilter", rule.ContentFilter), ("Outage", rule.Outage) })
            {
                for (var j = 0; j < candidates.Count; j++)
                {
                    if (candidates[j].Equals(rule.Model, StringComparison.OrdinalIgnoreCase))
                        yield return $"{path}:{name}:{j} must be another model than '{rule.Model}'.";
                    else if (!isServed(candidates[j]))
                        yield return $"{path}:{name}:{j} names '{candidates[j]}', which no provider serves.";
                }
            }
        }
    }
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
