using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Grains.Tests.Ledger;

/// <summary>An entry of which nothing matters but whose it is.</summary>
internal static class TestEntry
{
    public static LedgerEntry Of(string tenant) => new()
    {
        RequestId = "r",
        TenantId = tenant,
        At = DateTimeOffset.UnixEpoch,
        RequestedModel = "m",
        BaselineModel = "m",
        UsedModel = "m",
        HitKind = HitKind.Miss,
        PromptTokensBefore = 1,
        Usage = new TokenUsage(1, 1),
        CompletionTokensServed = 1,
        CostUsd = 0,
        BaselineUsd = 0,
        Saved = default,
    };
}
