using OrleansLlm.Core.Logs;
using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Silo.Replay;

/// <summary>The answer to "what would this save me?": the ledger entries of one replay, added up.</summary>
internal sealed record ReplayReport
{
    /// <summary>Name of the log.</summary>
    public required string Source { get; init; }

    /// <summary>Requests replayed.</summary>
    public required long Requests { get; init; }

    /// <summary>True where simulated answers took part: their length, and so their cost, is invented.</summary>
    public required bool Simulated { get; init; }

    /// <summary>Version of the price list.</summary>
    public string? PriceVersion { get; init; }

    /// <summary>Milliseconds the replay took.</summary>
    public required double ElapsedMs { get; init; }

    public required MoneyWaterfall Usd { get; init; }

    public required TokenWaterfall Tokens { get; init; }

    public required CacheOutcome Cache { get; init; }

    public required RoutingOutcome Routing { get; init; }

    public required CompressionOutcome Compression { get; init; }

    public required LatencyReport LatencyMs { get; init; }

    /// <summary>Dearest first.</summary>
    public required IReadOnlyList<ModelUse> Models { get; init; }

    /// <summary>Requests that ended with a status of 400 or above.</summary>
    public required long Errors { get; init; }

    /// <summary>Requests whose model has no price; their tokens count, their money does not.</summary>
    public required long Unpriced { get; init; }

    /// <summary>Requests with a token figure that was counted here, as nobody gave one.</summary>
    public required long Estimated { get; init; }

    /// <summary>What layers in shadow mode would have saved in USD; not part of <see cref="Usd"/>.</summary>
    public required SavingsBreakdown ShadowUsd { get; init; }

    /// <summary>Null where the log does not say when each request was made.</summary>
    public MonthlyProjection? Projection { get; init; }

    /// <summary>Lines that were not replayed.</summary>
    public required IReadOnlyList<LogLineProblem> Problems { get; init; }

    /// <summary>Adds up <paramref name="run"/>.</summary>
    public static ReplayReport From(ReplayRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var entries = run.Entries;
        var sums = entries.Aggregate(LedgerSums.Zero, static (sum, entry) => sum.With(entry));
        var usd = new MoneyWaterfall(sums.BaselineUsd, sums.Saved.Cache, sums.Saved.Routing, sums.Saved.Compression, sums.CostUsd);
        var upstream = entries.Where(static e => !IsHit(e) && IsBilled(e)).ToArray();
        return new ReplayReport
        {
            Source = run.Source,
            Requests = sums.Requests,
            Simulated = run.Simulated,
            PriceVersion = run.PriceVersion,
            ElapsedMs = Math.Round(run.Elapsed.TotalMilliseconds),
            Usd = usd,
            Tokens = CountTokens(entries.Where(IsHit), upstream),
            Cache = new CacheOutcome(sums.ExactHits, sums.SemanticHits, sums.PendingHits, sums.Misses, sums.Bypassed, sums.HitRate),
            Routing = new RoutingOutcome(
                upstream.Length,
                upstream.Count(static e => !string.Equals(e.UsedModel, e.BaselineModel, StringComparison.OrdinalIgnoreCase))),
            Compression = SumCompression(upstream),
            LatencyMs = new LatencyReport(
                LatencyQuantiles.Of(entries.Select(static e => e.Times.Cache)),
                LatencyQuantiles.Of(entries.Select(static e => e.Times.Routing)),
                LatencyQuantiles.Of(entries.Select(static e => e.Times.Compression)),
                LatencyQuantiles.Of(entries.Select(static e => e.Times.Cache + e.Times.Routing + e.Times.Compression)),
                LatencyQuantiles.Of(entries.Select(static e => e.Times.Upstream))),
            Models = SumModels(upstream),
            Errors = sums.Errors,
            Unpriced = sums.Unpriced,
            Estimated = sums.Estimated,
            ShadowUsd = sums.ShadowSaved,
            Projection = MonthlyProjection.From(run.Span.Days, sums.Requests, usd),
            Problems = run.Problems,
        };
    }

    private static bool IsHit(LedgerEntry entry) => entry.HitKind is HitKind.Exact or HitKind.Semantic or HitKind.Pending;

    // A request that failed before anything was billed has neither a baseline nor a saving, in money as in tokens.
    private static bool IsBilled(LedgerEntry entry) => entry.Usage.PromptTokens > 0 || entry.Usage.CompletionTokens > 0;

    private static TokenWaterfall CountTokens(IEnumerable<LedgerEntry> hits, LedgerEntry[] upstream)
    {
        var spared = hits.Sum(static e => (long)e.PromptTokensBefore + e.CompletionTokensServed);
        var asSent = upstream.Sum(static e => (long)e.PromptTokensBefore + e.Usage.CompletionTokens);
        var billed = upstream.Sum(static e => (long)e.Usage.PromptTokens + e.Usage.CompletionTokens);
        return new TokenWaterfall(spared + asSent, spared, 0, asSent - billed, billed);
    }

    private static CompressionOutcome SumCompression(LedgerEntry[] upstream)
    {
        var compressed = upstream.Where(static e => e.Usage.PromptTokens < e.PromptTokensBefore).ToArray();
        return new CompressionOutcome(
            compressed.Length,
            compressed.Sum(static e => (long)e.PromptTokensBefore - e.Usage.PromptTokens),
            compressed.Sum(static e => (long)e.PromptTokensBefore),
            upstream.Sum(static e => (long)e.PromptTokensBefore));
    }

    private static ModelUse[] SumModels(LedgerEntry[] upstream) => upstream
        .GroupBy(static e => e.UsedModel, StringComparer.Ordinal)
        .Select(static g => new ModelUse(
            g.Key, g.Count(), g.Sum(static e => (long)e.Usage.PromptTokens), g.Sum(static e => (long)e.Usage.CompletionTokens), g.Sum(static e => e.CostUsd)))
        .OrderByDescending(static m => m.CostUsd)
        .ThenBy(static m => m.Model, StringComparer.Ordinal)
        .ToArray();
}
