namespace OrleansLlm.Core.Routing;

/// <summary>How far a surface feature moved the router's logit.</summary>
/// <param name="Name">As in the router's manifest.</param>
/// <param name="Value">The feature's value.</param>
/// <param name="Effect">What it added to the logit that a weak model is enough, against the feature's usual value.</param>
public readonly record struct FeatureEffect(string Name, double Value, double Effect)
{
    /// <summary>Smaller effects are noise.</summary>
    public const double Least = 0.05;
}
