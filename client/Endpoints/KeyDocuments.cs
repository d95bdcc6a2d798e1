using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansLlm.Core;
using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Core.RateLimits;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary>Body of <c>POST /admin/v1/keys</c>.</summary>
internal sealed record KeyRequest
{
    private const int LongestName = 100;
    private const int MostModels = 100;

    /// <summary>For people; need not be unique.</summary>
    public string? Name { get; init; }

    /// <summary>Default: the caller's own tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>One of the tenant's configured projects.</summary>
    public string? Project { get; init; }

    /// <summary>What it may do: <c>user</c> asks, <c>admin</c> also manages its tenant, <c>operator</c> every tenant; default <c>user</c>.</summary>
    public KeyRole Role { get; init; }

    /// <summary>When it ends; without one it does not.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Models that may be asked for, at most 100; all where there are none.</summary>
    public IReadOnlyList<string>? AllowedModels { get; init; }

    /// <summary>Mode of the cache for this key, where it is narrower than the tenant's.</summary>
    public LayerMode? Cache { get; init; }

    /// <summary>Mode of the router likewise.</summary>
    public LayerMode? Routing { get; init; }

    /// <summary>Mode of the compressor likewise.</summary>
    public LayerMode? Compression { get; init; }

    /// <summary>Accept probability that a hit by meaning needs, from 0 to 1, where it is above the tenant's.</summary>
    public double? CacheThreshold { get; init; }

    /// <summary>Hard caps of what it may spend.</summary>
    public BudgetAmounts? Budgets { get; init; }

    /// <summary>Limits of how fast it may ask.</summary>
    public RateAmounts? RateLimits { get; init; }

    /// <summary>What is wrong with it; null where nothing is.</summary>
    public RequestProblem? Problem(DateTimeOffset now)
    {
        if (Name is not { Length: > 0 and <= LongestName } || Name.Any(char.IsControl))
            return new($"'name' has 1 to {LongestName} characters.", "name", "invalid_value");
        if (ExpiresAt <= now)
            return new("'expires_at' has passed.", "expires_at", "invalid_value");
        if (AllowedModels is { } models && (models.Count > MostModels || models.Any(static m => string.IsNullOrWhiteSpace(m) || m.Length > 256)))
            return new($"'allowed_models' holds at most {MostModels} names.", "allowed_models", "invalid_value");
        if (CacheThreshold is not null and not (>= 0 and <= 1))
            return new("'cache_threshold' is a number from 0 to 1.", "cache_threshold", "invalid_value");
        if (Budgets is { } b && new[] { b.Minute, b.Hour, b.Day, b.Month }.Any(static v => v is < 0 or > 1_000_000_000))
            return new("'budgets' are USD from 0 to a billion.", "budgets", "invalid_value");
        if (RateLimits is { } r && (r.RequestsPerMinute is < 1 or > 1_000_000_000 || r.TokensPerMinute is < 1 or > 1_000_000_000_000 || r.Concurrent is < 1 or > 1_000_000))
            return new("'rate_limits' are positive.", "rate_limits", "invalid_value");
        return null;
    }

    public VirtualKey ToKey(string id, string tenantId, KeyHash hash, DateTimeOffset now) => new()
    {
        Id = id,
        TenantId = tenantId,
        ProjectId = Project ?? string.Empty,
        Name = Name!,
        Role = Role,
        Hash = hash,
        CreatedAt = now,
        ExpiresAt = ExpiresAt,
        AllowedModels = AllowedModels ?? [],
        Cache = Cache,
        Routing = Routing,
        Compression = Compression,
        CacheThreshold = CacheThreshold,
        Budgets = Budgets?.ToLimits(BudgetScope.Key, id) ?? [],
        RateLimit = RateLimits?.ToLimit("key:" + id),
    };
}

/// <summary>Body of <c>POST /admin/v1/keys/{id}/rotate</c>.</summary>
internal sealed record KeyRotation
{
    public const int LongestOverlap = 7 * 24 * 3600;

    /// <summary>How long the old secret is still taken; default 0.</summary>
    public int OverlapSeconds { get; init; }
}

/// <summary>A key as it is shown.</summary>
internal sealed record KeyDocument
{
    /// <summary>Tells the answer from whatever else answers at such a path.</summary>
    public const string Kind = "orleansllm.key";

    [JsonPropertyOrder(-1)]
    public string Object { get; } = Kind;

    /// <summary>Names it; no secret.</summary>
    public required string Id { get; init; }

    /// <summary>How the key begins.</summary>
    public required string Prefix { get; init; }

    /// <summary>The key: only in the answer that made it.</summary>
    public string? Key { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Tenant { get; init; }

    /// <summary>The project it asks for.</summary>
    public string? Project { get; init; }

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    public required KeyRole Role { get; init; }

    /// <summary><c>active</c>, <c>expired</c> or <c>revoked</c>.</summary>
    public required string Status { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends, UTC.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was revoked, UTC.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Until when the secret before the last rotation is taken.</summary>
    public DateTimeOffset? PreviousUntil { get; init; }

    /// <summary>Models that may be asked for; all where there are none.</summary>
    public IReadOnlyList<string>? AllowedModels { get; init; }

    /// <summary>Mode of the cache, where it is narrower than the tenant's.</summary>
    public LayerMode? Cache { get; init; }

    /// <summary>Mode of the router likewise.</summary>
    public LayerMode? Routing { get; init; }

    /// <summary>Mode of the compressor likewise.</summary>
    public LayerMode? Compression { get; init; }

    /// <summary>Accept probability that a hit by meaning needs, where it is above the tenant's.</summary>
    public double? CacheThreshold { get; init; }

    /// <summary>Hard caps in USD by window (<c>minute</c>, <c>hour</c>, <c>day</c>, <c>month</c>, UTC).</summary>
    public IReadOnlyDictionary<string, decimal>? Budgets { get; init; }

    /// <summary>Limits of how fast it may ask.</summary>
    public RateAmounts? RateLimits { get; init; }

    public static KeyDocument Of(VirtualKey key, DateTimeOffset now, string? text = null) => new()
    {
        Id = key.Id,
        Prefix = KeyText.Visible(key.Id),
        Key = text,
        Tenant = key.TenantId,
        Project = key.ProjectId.Length > 0 ? key.ProjectId : null,
        Name = key.Name,
        Role = key.Role,
        Status = key.RevokedAt is not null ? "revoked" : key.IsUsable(now) ? "active" : "expired",
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
        RevokedAt = key.RevokedAt,
        PreviousUntil = key.PreviousUntil > now ? key.PreviousUntil : null,
        AllowedModels = key.AllowedModels.Count > 0 ? key.AllowedModels : null,
        Cache = key.Cache,
        Routing = key.Routing,
        Compression = key.Compression,
        CacheThreshold = key.CacheThreshold,
        Budgets = key.Budgets.Count > 0 ? key.Budgets.ToDictionary(static b => b.Window.ToString().ToLowerInvariant(), static b => b.LimitUsd) : null,
        RateLimits = key.RateLimit is { } r ? new RateAmounts { RequestsPerMinute = r.RequestsPerMinute, TokensPerMinute = r.TokensPerMinute, Concurrent = r.Concurrent } : null,
    };
}

/// <summary>A tenant's keys.</summary>
/// <param name="Data">The keys, the newest first.</param>
internal sealed record KeyList(IReadOnlyList<KeyDocument> Data)
{
    public const string Kind = "list";

    [JsonPropertyOrder(-1)]
    public string Object { get; } = Kind;
}
