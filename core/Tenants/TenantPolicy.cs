using OrleansLlm.Core.Ledger.Budgets;

namespace OrleansLlm.Core.Tenants;

/// <summary>What the layers may do for one tenant. Built from the configuration at start; never from a request.</summary>
public sealed record TenantPolicy
{
    public required string TenantId { get; init; }

    public required LayerMode Cache { get; init; }

    public required LayerMode Routing { get; init; }

    public required LayerMode Compression { get; init; }

    /// <summary>Accept probability a semantic hit needs; null for the shipped policy's own threshold, which it may only raise.</summary>
    public double? CacheThreshold { get; init; }

    /// <summary>How long an answer may be given again.</summary>
    public required TimeSpan CacheTimeToLive { get; init; }

    /// <summary>Most memory of its cached answers in the cluster; null for the default.</summary>
    public long? CacheBytes { get; init; }

    /// <summary>Raise it to abandon all cached answers of the tenant.</summary>
    public int CacheEpoch { get; init; }

    /// <summary>Lets retrieved passages vary between paraphrases (retrieval-augmented applications).</summary>
    public bool IgnoreContext { get; init; }

    /// <summary>Whether pages may show the latest questions and answers that the cache served.</summary>
    public bool ShowText { get; init; }

    /// <summary>Explicit models that are routed as if the caller had asked for <c>auto</c>; the baseline stays the named model.</summary>
    public IReadOnlySet<string> MapToAuto { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Hard caps on what the tenant spends; none by default.</summary>
    public IReadOnlyList<BudgetLimit> Budgets { get; init; } = [];
}
