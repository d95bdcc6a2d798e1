using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Ledger;

/// <summary>What one request used, cost and saved. Append-only: an entry is never changed after it is written.</summary>
public sealed record LedgerEntry
{
    private string _writer = string.Empty;
    private long _sequence;
    private decimal _costUsd;
    private decimal _baselineUsd;
    private SavingsBreakdown _saved;
    private string? _priceVersion;
    private bool _priced = true;

    /// <summary>The <c>x-request-id</c> given to the caller; unique per request.</summary>
    public required string RequestId { get; init; }

    /// <summary>The tenant that asked.</summary>
    public required string TenantId { get; init; }

    /// <summary>The process that wrote the entry, an id new with every start. With <see cref="TenantId"/> and <see cref="Sequence"/> it names the entry.</summary>
    public string Writer { get => _writer; init => _writer = value; }

    /// <summary>The how manieth entry of its writer for its tenant, from 1 without gaps; 0 before it is written.</summary>
    public long Sequence { get => _sequence; init => _sequence = value; }

    /// <summary>The tenant's project that asked, where the credential names one.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Id of the credential that asked, where it has one; never the credential.</summary>
    public string? KeyId { get; init; }

    /// <summary>Tells the request from others without its words: the same again has the same. Null where nothing was read.</summary>
    public string? QuestionHash { get; init; }

    /// <summary>The beginning of the question; only where the ledger was told to keep it.</summary>
    public string? Question { get; init; }

    /// <summary>When the reply ended, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The model the caller named (an alias such as <c>auto</c> included).</summary>
    public required string RequestedModel { get; init; }

    /// <summary>The model the baseline is priced at: the requested one, or the strongest tier for an alias.</summary>
    public required string BaselineModel { get; init; }

    /// <summary>The model that answered (for a hit: the one whose answer was stored).</summary>
    public required string UsedModel { get; init; }

    /// <summary>The configured provider that answered, or was to; its prices hold. Null for a hit and in older entries.</summary>
    public string? Provider { get; init; }

    /// <summary>What the cache did, or what else the entry is of.</summary>
    public required HitKind HitKind { get; init; }

    /// <summary>Prompt tokens as the caller sent them.</summary>
    public required int PromptTokensBefore { get; init; }

    /// <summary>
    /// Prompt tokens that compression took out of what a provider's prefix cache holds of the conversation: without compression they would
    /// have come from that cache, too.
    /// </summary>
    public int CachedTokensRemoved { get; init; }

    /// <summary>What compression took out, where the deployment keeps that; null otherwise.</summary>
    public IReadOnlyList<RemovedRange>? Removed { get; init; }

    /// <summary>Tokens billed (all zero for a hit or a joined call). <c>PromptTokens</c> is the prompt after compression.</summary>
    public required TokenUsage Usage { get; init; }

    /// <summary>Completion tokens the caller received, also from the cache.</summary>
    public required int CompletionTokensServed { get; init; }

    /// <summary>USD billed by the upstream.</summary>
    public required decimal CostUsd { get => _costUsd; init => _costUsd = value; }

    /// <summary>USD the request would have cost at the baseline model, uncompressed and uncached.</summary>
    public required decimal BaselineUsd { get => _baselineUsd; init => _baselineUsd = value; }

    /// <summary>Adds up to <see cref="BaselineUsd"/> minus <see cref="CostUsd"/>, to the last decimal.</summary>
    public required SavingsBreakdown Saved { get => _saved; init => _saved = value; }

    /// <summary>Version of the price list that the money figures are from.</summary>
    public string? PriceVersion { get => _priceVersion; init => _priceVersion = value; }

    /// <summary>
    /// False where a model has no price in the catalogue, its money figures are then 0, or where its service tier has none, they are then the
    /// list price's. Counted apart.
    /// </summary>
    public bool Priced { get => _priced; init => _priced = value; }

    /// <summary>True where a token figure was counted here because the upstream gave none.</summary>
    public bool Estimated { get; init; }

    /// <summary>P(simple) of the route decision, or null where none was made.</summary>
    public double? RouteScore { get; init; }

    /// <summary>Why the model was chosen; stable names, see <c>RouteReason</c>.</summary>
    public string? RouteReason { get; init; }

    /// <summary>P(simple) that would have routed down, or null where nothing was classified.</summary>
    public double? RouteThreshold { get; init; }

    /// <summary>The kind of work asked for; stable names, see <c>QuestionClass</c>.</summary>
    public string? RouteClass { get; init; }

    /// <summary>What kept the request from the cheapest tier; stable names, see <c>RouteReason</c>.</summary>
    public string? RouteConstraint { get; init; }

    /// <summary>Accept probability of the best cache candidate, or null where there was none.</summary>
    public double? CacheScore { get; init; }

    /// <summary>HTTP status given to the caller.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Milliseconds each layer added to this request.</summary>
    public LayerTimes Times { get; init; }

    /// <summary>What layers in shadow mode would have saved in USD; never part of <see cref="Saved"/>.</summary>
    public SavingsBreakdown ShadowSaved { get; init; }

    // Two things are known last, while nobody but their maker has the entry: a copy of it for each would be most of what an entry costs.
    internal void SetMoney(PricedUsage money, string version) =>
        (_costUsd, _baselineUsd, _saved, _priced, _priceVersion) = (money.CostUsd, money.BaselineUsd, money.Saved, money.Priced, version);

    internal void SetPlace(string writer, long sequence) => (_writer, _sequence) = (writer, sequence);
}
