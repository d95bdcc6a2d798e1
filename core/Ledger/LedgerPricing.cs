using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Ledger;

/// <summary>Prices requests and entries.</summary>
public sealed class LedgerPricing(ServedPrices prices)
{
    /// <summary>Prices one request by model names; see <see cref="SavingsCalculator.Calculate"/> for what the tokens mean.</summary>
    /// <param name="kind">What the cache did.</param>
    /// <param name="baselineModel">The model the caller would have paid.</param>
    /// <param name="usedModel">The model that answered.</param>
    /// <param name="promptTokensBefore">Prompt tokens as the caller sent them.</param>
    /// <param name="usage">Tokens billed, or for a hit those of the answer served.</param>
    /// <param name="at">When the reply ended: the price of that day holds.</param>
    /// <param name="provider">The configured provider that answered; null for the one that the model goes to first.</param>
    /// <param name="cachedTokensRemoved">See <see cref="LedgerEntry.CachedTokensRemoved"/>.</param>
    public PricedUsage Price(
        HitKind kind, string baselineModel, string usedModel, int promptTokensBefore, TokenUsage usage, DateTimeOffset at, string? provider = null,
        int cachedTokensRemoved = 0)
    {
        var tier = usage.Tier ?? ServiceTier.Standard;
        var (baseline, used) = (prices.Find(baselineModel, at, null, tier), prices.Find(usedModel, at, provider, tier));
        // A tier without a price is told at the list price and counted as unpriced: both models, so that the difference is no layer's saving.
        var atList = tier != ServiceTier.Standard && (baseline is null || used is null);
        if (atList)
            (baseline, used) = (prices.Find(baselineModel, at), prices.Find(usedModel, at, provider));
        var money = SavingsCalculator.Calculate(kind, baseline, used, promptTokensBefore, usage, cachedTokensRemoved);
        return atList && usage is not { PromptTokens: <= 0, CompletionTokens: <= 0 } ? money with { Priced = false } : money;
    }

    /// <summary>
    /// Fills in the money of <paramref name="entry"/>, which nobody else has yet, from its own models, tokens and time, and returns it. For a hit, <paramref name="served"/> gives the
    /// tokens of the stored answer; without it the completion tokens served are priced and no provider-cached ones.
    /// </summary>
    public LedgerEntry Apply(LedgerEntry entry, TokenUsage? served = null)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var usage = entry.HitKind is HitKind.Miss or HitKind.Bypass or HitKind.Verification or HitKind.Attempt
            ? entry.Usage
            : served ?? new TokenUsage(entry.PromptTokensBefore, entry.CompletionTokensServed);
        var money = Price(entry.HitKind, entry.BaselineModel, entry.UsedModel, entry.PromptTokensBefore, usage, entry.At, entry.Provider, entry.CachedTokensRemoved);
        entry.SetMoney(money, prices.Version);
        return entry;
    }
}
