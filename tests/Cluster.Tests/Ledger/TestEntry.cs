using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Cluster.Tests.Ledger;

/// <summary>Ledger entries of one writer.</summary>
internal static class TestEntry
{
    /// <summary>A plain call's, of the tenant <c>tenant</c> on 1 November 2026.</summary>
    /// <param name="id">Its place among the writer's, and part of its request's id.</param>
    public static LedgerEntry Of(int id) => new()
    {
        RequestId = "req_" + id,
        Writer = "writer",
        Sequence = id,
        TenantId = "tenant",
        At = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero),
        RequestedModel = "gpt-4o",
        BaselineModel = "gpt-4o",
        UsedModel = "gpt-4o",
        HitKind = HitKind.Miss,
        PromptTokensBefore = 100,
        Usage = new TokenUsage(100, 10),
        CompletionTokensServed = 10,
        CostUsd = 0.001m,
        BaselineUsd = 0.001m,
        Saved = default,
    };
}
