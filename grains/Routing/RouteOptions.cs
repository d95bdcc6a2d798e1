using System.ComponentModel.DataAnnotations;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Grains.Routing;

/// <summary>How requests for <c>auto</c> find their model. Takes effect at start.</summary>
public class RouteOptions
{
    /// <value>
    /// P(simple) from which a question goes to the cheapest tier, 0 to 1. Default: what <see cref="MissCost"/> asks for, else the certificate's, else
    /// 0.80: if it is not clearly simple, route up.
    /// </value>
    [Range(0.0, 1.0)]
    public double? Threshold { get; set; }

    /// <value>Must be true for a threshold below 0.80, wherever it comes from. Default false.</value>
    public bool AcceptLowThreshold { get; set; }

    /// <value>
    /// What a misrouted question costs, in calls at the strongest tier, 0.01 to 1000; sets the threshold to 1 - saving / MissCost, the saving from the
    /// ladder's prices at three prompt tokens to one of the answer. Default: none.
    /// </value>
    [Range(0.01, 1000.0)]
    public double? MissCost { get; set; }

    /// <value>A certificate of <c>calibrate router</c>: its calibration is applied and its threshold used. It is for the ladder that it names. Default: none.</value>
    public string? Certificate { get; set; }

    /// <value>A head of <c>calibrate router --fit</c> that scores in place of the shipped router. Default: none.</value>
    public string? Head { get; set; }

    /// <value>Whether a question to be computed from the numbers that it gives goes up whatever its score. Default true.</value>
    public bool KeepUpCalculations { get; set; } = true;

    /// <value>
    /// Whether a question whose wrong answer may harm health, life, rights, money or a system goes up whatever its score. Default true. Where all that is asked
    /// is of this kind (a compliance or a medical desk), false leaves it to the score: calibrate that with questions of your own first.
    /// </value>
    public bool KeepUpHighStakes { get; set; } = true;

    /// <value>Whether a cheap answer that refuses or is not the JSON asked for is asked of the model that would have answered without routing, before the caller has it. Both calls are billed; streams are not judged. Default false.</value>
    public bool Cascade { get; set; }

    /// <value>Whether a conversation keeps the dearer tier that it came to. Default true; false lets a clearly simple turn go down where that saves more than the cached prefix is worth.</value>
    public bool StickyConversations { get; set; } = true;

    /// <value>Tiers from the cheapest to the strongest. Default: <c>gpt-4o-mini</c>, <c>gpt-4o</c>.</value>
    public IList<TierOptions> Tiers { get; } = [];

    /// <summary>The ladder with its default.</summary>
    public IReadOnlyList<ModelTier> Ladder() => Tiers.Count > 0
        ? [.. Tiers.Select(t => new ModelTier(t.Model, t.MaxContextTokens, t.Capabilities()))]
        : DefaultLadder;

    /// <summary>The kinds of costly questions that go up whatever their score.</summary>
    public IReadOnlyList<RouteReason> KeptUp() => [.. StakesClassifier.Kinds.Where(k => k == RouteReason.Calculation ? KeepUpCalculations : KeepUpHighStakes)];

    private static IReadOnlyList<ModelTier> DefaultLadder { get; } =
        [new("gpt-4o-mini", 128_000, new TierOptions().Capabilities()), new("gpt-4o", 128_000, new TierOptions().Capabilities())];
}
