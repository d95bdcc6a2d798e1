namespace OrleansLlm.Core.Ledger;

/// <summary>What a column of the ledger holds.</summary>
public enum LedgerColumnKind
{
    /// <summary><see cref="string"/>, or null.</summary>
    Text,

    /// <summary><see cref="long"/>.</summary>
    Integer,

    /// <summary><see cref="decimal"/>, USD.</summary>
    Money,

    /// <summary><see cref="double"/>, or null.</summary>
    Number,

    /// <summary><see cref="bool"/>.</summary>
    Flag,

    /// <summary><see cref="DateTimeOffset"/>, UTC.</summary>
    Instant,
}

/// <summary>One column of an entry as tables have it.</summary>
/// <param name="Name">Its name; the same in every format.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="ValueOf">Its value of an entry, of the type that <paramref name="Kind"/> names.</param>
public sealed record LedgerColumn(string Name, LedgerColumnKind Kind, Func<LedgerEntry, object?> ValueOf)
{
    /// <summary>All columns, in their order. New ones are added at the end.</summary>
    public static IReadOnlyList<LedgerColumn> All { get; } =
    [
        new("tenant_id", LedgerColumnKind.Text, static e => e.TenantId),
        new("writer", LedgerColumnKind.Text, static e => e.Writer),
        new("sequence", LedgerColumnKind.Integer, static e => e.Sequence),
        new("request_id", LedgerColumnKind.Text, static e => e.RequestId),
        new("at", LedgerColumnKind.Instant, static e => e.At),
        new("project_id", LedgerColumnKind.Text, static e => e.ProjectId),
        new("key_id", LedgerColumnKind.Text, static e => e.KeyId),
        new("kind", LedgerColumnKind.Text, static e => e.HitKind.ToString()),
        new("status", LedgerColumnKind.Integer, static e => (long)e.Status),
        new("requested_model", LedgerColumnKind.Text, static e => e.RequestedModel),
        new("baseline_model", LedgerColumnKind.Text, static e => e.BaselineModel),
        new("used_model", LedgerColumnKind.Text, static e => e.UsedModel),
        new("provider", LedgerColumnKind.Text, static e => e.Provider),
        new("prompt_tokens_before", LedgerColumnKind.Integer, static e => (long)e.PromptTokensBefore),
        new("prompt_tokens", LedgerColumnKind.Integer, static e => (long)e.Usage.PromptTokens),
        new("cached_tokens", LedgerColumnKind.Integer, static e => (long)e.Usage.CachedTokens),
        new("cache_write_tokens", LedgerColumnKind.Integer, static e => (long)e.Usage.CacheWriteTokens),
        new("completion_tokens", LedgerColumnKind.Integer, static e => (long)e.Usage.CompletionTokens),
        new("reasoning_tokens", LedgerColumnKind.Integer, static e => (long)e.Usage.ReasoningTokens),
        new("completion_tokens_served", LedgerColumnKind.Integer, static e => (long)e.CompletionTokensServed),
        new("cost_usd", LedgerColumnKind.Money, static e => e.CostUsd),
        new("baseline_usd", LedgerColumnKind.Money, static e => e.BaselineUsd),
        new("saved_cache_usd", LedgerColumnKind.Money, static e => e.Saved.Cache),
        new("saved_routing_usd", LedgerColumnKind.Money, static e => e.Saved.Routing),
        new("saved_compression_usd", LedgerColumnKind.Money, static e => e.Saved.Compression),
        new("shadow_cache_usd", LedgerColumnKind.Money, static e => e.ShadowSaved.Cache),
        new("shadow_routing_usd", LedgerColumnKind.Money, static e => e.ShadowSaved.Routing),
        new("shadow_compression_usd", LedgerColumnKind.Money, static e => e.ShadowSaved.Compression),
        new("price_version", LedgerColumnKind.Text, static e => e.PriceVersion),
        new("priced", LedgerColumnKind.Flag, static e => e.Priced),
        new("estimated", LedgerColumnKind.Flag, static e => e.Estimated),
        new("cache_score", LedgerColumnKind.Number, static e => e.CacheScore),
        new("route_score", LedgerColumnKind.Number, static e => e.RouteScore),
        new("route_reason", LedgerColumnKind.Text, static e => e.RouteReason),
        new("cache_ms", LedgerColumnKind.Number, static e => e.Times.Cache),
        new("routing_ms", LedgerColumnKind.Number, static e => e.Times.Routing),
        new("compression_ms", LedgerColumnKind.Number, static e => e.Times.Compression),
        new("upstream_ms", LedgerColumnKind.Number, static e => e.Times.Upstream),
        new("total_ms", LedgerColumnKind.Number, static e => e.Times.Total),
        new("question_hash", LedgerColumnKind.Text, static e => e.QuestionHash),
        new("question", LedgerColumnKind.Text, static e => e.Question),
        new("service_tier", LedgerColumnKind.Text, static e => e.Usage.Tier?.ToString()),
    ];
}
