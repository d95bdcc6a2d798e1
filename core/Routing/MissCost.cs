using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Routing;

/// <summary>
/// The threshold that a miss's cost asks for. A question routed down saves dC and, with probability 1 - P(simple), costs L: worth it where
/// P(simple) >= 1 - dC/L. With a cheap tier 93% below the strong one (dC = 0.93 strong calls) and a miss that costs 4.65 strong calls, that is 0.80.
/// </summary>
public static class MissCost
{
    // Chat and retrieval prompts are longer than their answers.
    private const decimal PromptShare = 0.75m;

    /// <summary>The threshold, in [0,1].</summary>
    /// <param name="saving">dC: what a call at the cheap tier saves, as a share of a call at the strong one, in [0,1].</param>
    /// <param name="missCost">L: what a misrouted question costs, in calls at the strong tier, above 0.</param>
    public static double Threshold(double saving, double missCost)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(missCost);
        return Math.Clamp(1 - (saving / missCost), 0, 1);
    }

    /// <summary>What a call saves at one model instead of another, as a share of the other's price, three prompt tokens to one of the answer; negative where it is dearer.</summary>
    public static double Saving(ModelPrice cheap, ModelPrice strong)
    {
        ArgumentNullException.ThrowIfNull(cheap);
        ArgumentNullException.ThrowIfNull(strong);
        var whole = Blend(strong);
        return whole == 0 ? 0 : (double)((whole - Blend(cheap)) / whole);
    }

    private static decimal Blend(ModelPrice price) => (PromptShare * price.Input) + ((1 - PromptShare) * price.Output);
}
