using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Ledger;

internal static class Entries
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly LedgerPricing Pricing = new(new ServedPrices(PriceCatalog.Default, (_, _) => null));

    /// <summary>Priced entries of the two days around <see cref="Noon"/>, all hit kinds, some unpriced.</summary>
    public static readonly Gen<LedgerEntry> Any =
        Gen.Select(
            Gen.Enum<HitKind>(),
            Gen.OneOf("gpt-4", "gpt-4o", "auto-unpriced"),
            Gen.OneOf("gpt-4o-mini", "gpt-3.5-turbo", "gpt-4o"),
            Gen.Int[-1440, 1440],
            Gen.Select(Gen.Int[0, 100_000], Gen.Int[0, 100_000], Gen.Int[0, 4_000], Gen.Int[0, 1_000]),
            Gen.Bool)
            .Select((kind, baseline, used, minute, tokens, estimated) =>
                Create(kind, baseline, used, Noon.AddMinutes(minute), tokens.Item1, new TokenUsage(tokens.Item2, tokens.Item3, tokens.Item4), estimated));

    public static LedgerEntry Create(
        HitKind kind, string baseline, string used, DateTimeOffset at, int before, TokenUsage usage, bool estimated = false)
    {
        var hit = kind is not (HitKind.Miss or HitKind.Bypass or HitKind.Verification or HitKind.Attempt);
        var entry = new LedgerEntry
        {
            RequestId = Guid.NewGuid().ToString("n"),
            TenantId = "t",
            At = at,
            RequestedModel = baseline,
            BaselineModel = baseline,
            UsedModel = used,
            HitKind = kind,
            PromptTokensBefore = before,
            Usage = hit ? default : usage,
            CompletionTokensServed = usage.CompletionTokens,
            CostUsd = 0m,
            BaselineUsd = 0m,
            Saved = default,
            Estimated = estimated,
        };
        return Pricing.Apply(entry);
    }
}
