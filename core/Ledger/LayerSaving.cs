namespace OrleansLlm.Core.Ledger;

/// <summary>One step of the waterfall from baseline to cost.</summary>
/// <param name="Layer"><c>cache</c>, <c>routing</c> or <c>compression</c>.</param>
/// <param name="SavedUsd">USD the layer saved; negative where it spent more.</param>
/// <param name="ShadowSavedUsd">USD it would have saved in shadow mode.</param>
/// <param name="Share">Part of the baseline saved; 0 without a baseline.</param>
public sealed record LayerSaving(string Layer, decimal SavedUsd, decimal ShadowSavedUsd, double Share)
{
    /// <summary>The three layers in the order in which they act.</summary>
    public static IReadOnlyList<LayerSaving> Of(LedgerSums sums)
    {
        ArgumentNullException.ThrowIfNull(sums);
        return
        [
            Step("cache", sums.Saved.Cache, sums.ShadowSaved.Cache),
            Step("routing", sums.Saved.Routing, sums.ShadowSaved.Routing),
            Step("compression", sums.Saved.Compression, sums.ShadowSaved.Compression),
        ];

        LayerSaving Step(string layer, decimal saved, decimal shadow) =>
            new(layer, saved, shadow, sums.BaselineUsd == 0 ? 0 : (double)(saved / sums.BaselineUsd));
    }
}
