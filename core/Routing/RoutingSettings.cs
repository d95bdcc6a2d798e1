namespace OrleansLlm.Core.Routing;

/// <summary>The settings of a tenant's router that need agreement with each other.</summary>
/// <param name="Threshold">P(simple) that routes down; in [0,1], default 0.80.</param>
/// <param name="AcceptLowThreshold">Must be true for a threshold below 0.80; default false.</param>
public sealed record RoutingSettings(double Threshold = RoutingPolicy.DefaultThreshold, bool AcceptLowThreshold = false)
{
    /// <summary>What is wrong with the settings, naming the setting and what would be right; null where they are sound.</summary>
    public string? Validate()
    {
        if (Threshold is not (>= 0 and <= 1))
            return $"threshold is {Threshold}; it must be a probability from 0 to 1 (default {RoutingPolicy.DefaultThreshold:0.00})";

        // In the reference deployment 0.70 let complex questions slip to the small model, hence the second word asked for here.
        if (Threshold < RoutingPolicy.DefaultThreshold && !AcceptLowThreshold)
        {
            return $"threshold is {Threshold}, below {RoutingPolicy.DefaultThreshold:0.00}: "
                + "complex questions would go to the small model; set acceptLowThreshold to true if that is meant";
        }

        return null;
    }
}
