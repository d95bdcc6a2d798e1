namespace OrleansLlm.Core.Ledger;

/// <summary>The money of one request in USD; <see cref="Saved"/> adds up to baseline minus cost exactly.</summary>
/// <param name="CostUsd">What the upstream bills.</param>
/// <param name="BaselineUsd">What the request would have cost at the baseline model, uncompressed and uncached.</param>
/// <param name="Saved">The difference, by the layer that made it.</param>
/// <param name="Priced">
/// False where a model has no price (all money is then 0) or its service tier has none (the list price is then taken): the ledger counts the request as unpriced.
/// </param>
public readonly record struct PricedUsage(decimal CostUsd, decimal BaselineUsd, SavingsBreakdown Saved, bool Priced)
{
    public static PricedUsage Unpriced { get; } = new(0m, 0m, default, Priced: false);
}
