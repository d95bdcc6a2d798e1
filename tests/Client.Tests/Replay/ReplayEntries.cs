using OrleansLlm.Core.Logs;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Silo.Replay;

namespace OrleansLlm.Client.Tests.Replay;

/// <summary>Ledger entries as the gateway writes them, at round prices: strong 10 / 40 and weak 1 / 4 USD per million tokens.</summary>
internal static class ReplayEntries
{
    private const decimal Million = 1_000_000m;

    public static LedgerEntry Hit(HitKind kind, int prompt = 1000, int completion = 100) => Entry(kind, "weak", prompt) with
    {
        CompletionTokensServed = completion,
        BaselineUsd = Strong(prompt, completion),
        Saved = new SavingsBreakdown(Strong(prompt, completion), 0, 0),
        Times = new LayerTimes(4, 0, 0, 0, 5),
    };

    public static LedgerEntry Live(
        int prompt = 1000, int sent = 1000, int completion = 100, bool routed = false, HitKind kind = HitKind.Miss, LayerTimes times = default)
    {
        var whole = routed ? Weak(prompt, completion) : Strong(prompt, completion);
        var cost = routed ? Weak(sent, completion) : Strong(sent, completion);
        return Entry(kind, routed ? "weak" : "strong", prompt) with
        {
            Usage = new TokenUsage(sent, completion),
            CompletionTokensServed = completion,
            BaselineUsd = Strong(prompt, completion),
            CostUsd = cost,
            Saved = new SavingsBreakdown(0, Strong(prompt, completion) - whole, whole - cost),
            Times = times,
        };
    }

    public static LedgerEntry Failed(int prompt = 1000) => Entry(HitKind.Miss, "strong", prompt) with { Status = 502 };

    public static ReplayReport Report(params LedgerEntry[] entries) => ReplayReport.From(new ReplayRun { Source = "log.jsonl", Entries = entries });

    /// <summary>A report with something in every field.</summary>
    public static ReplayReport Full(string source = "log.jsonl")
    {
        var span = new LogSpan();
        span.Add(DateTimeOffset.UnixEpoch.AddHours(8));
        span.Add(DateTimeOffset.UnixEpoch.AddHours(40));
        return ReplayReport.From(new ReplayRun
        {
            Source = source,
            Entries =
            [
                Live(times: new LayerTimes(5, 0.5, 0, 400, 410)),
                Live(prompt: 2000, sent: 1200, routed: true, times: new LayerTimes(6, 0.4, 90, 300, 400)),
                Live(kind: HitKind.Bypass) with { Estimated = true },
                Live() with { UsedModel = "unknown", Priced = false, BaselineUsd = 0, CostUsd = 0, Saved = default },
                Hit(HitKind.Exact),
                Hit(HitKind.Semantic),
                Hit(HitKind.Pending),
                Failed(),
            ],
            Problems = [new LogLineProblem(3, "'messages' must be a non-empty array")],
            Span = span,
            Simulated = true,
            PriceVersion = "2026-01-01",
            Elapsed = TimeSpan.FromSeconds(1.5),
        });
    }

    private static decimal Strong(int prompt, int completion) => ((prompt * 10m) + (completion * 40m)) / Million;

    private static decimal Weak(int prompt, int completion) => ((prompt * 1m) + (completion * 4m)) / Million;

    private static LedgerEntry Entry(HitKind kind, string used, int prompt) => new()
    {
        RequestId = "r",
        TenantId = "t",
        At = DateTimeOffset.UnixEpoch,
        RequestedModel = "strong",
        BaselineModel = "strong",
        UsedModel = used,
        HitKind = kind,
        PromptTokensBefore = prompt,
        Usage = default,
        CompletionTokensServed = 0,
        CostUsd = 0,
        BaselineUsd = 0,
        Saved = default,
    };
}
