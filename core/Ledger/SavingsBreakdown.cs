namespace OrleansLlm.Core.Ledger;

/// <summary>Money not spent, by the layer that saved it, in USD. The parts add up to baseline minus cost exactly.</summary>
/// <param name="Cache">Saved by answering from the cache or a call already in flight.</param>
/// <param name="Routing">Saved (or, negative, spent) by using another model than the requested one, at the uncompressed prompt.</param>
/// <param name="Compression">Saved by sending fewer prompt tokens to the model that was used.</param>
public readonly record struct SavingsBreakdown(decimal Cache, decimal Routing, decimal Compression)
{
    /// <summary>All layers together.</summary>
    public decimal Total => Cache + Routing + Compression;

    public static SavingsBreakdown operator +(SavingsBreakdown a, SavingsBreakdown b) =>
        new(a.Cache + b.Cache, a.Routing + b.Routing, a.Compression + b.Compression);

    public static SavingsBreakdown Add(SavingsBreakdown left, SavingsBreakdown right) => left + right;
}
