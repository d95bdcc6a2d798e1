using OrleansLlm.Core;
using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains.Abstractions.Ledger;

namespace OrleansLlm.Grains.Abstractions.Tenants;

/// <summary>Who asks within a tenant, and what holds for them beyond the tenant's own policy. From the credential, never from the body.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.tenants.caller.v1")]
public sealed class Caller
{
    /// <summary>A caller with nothing of their own.</summary>
    public static Caller None { get; } = new();

    /// <summary>Empty where the key belongs to no project.</summary>
    [Id(0)]
    public string ProjectId { get; init; } = string.Empty;

    /// <summary>Stable and no secret; empty where no key is needed.</summary>
    [Id(1)]
    public string KeyId { get; init; } = string.Empty;

    /// <summary>The caps of the project and the key.</summary>
    [Id(2)]
    public BudgetCap[] Caps { get; init; } = [];

    /// <summary>Where it is narrower than the tenant's.</summary>
    [Id(3)]
    public LayerMode? Cache { get; init; }

    /// <summary>Where it is narrower than the tenant's.</summary>
    [Id(4)]
    public LayerMode? Routing { get; init; }

    /// <summary>Where it is narrower than the tenant's.</summary>
    [Id(5)]
    public LayerMode? Compression { get; init; }

    /// <summary>Where it is stricter than the tenant's.</summary>
    [Id(6)]
    public double? CacheThreshold { get; init; }

    /// <summary>Names of models that may be asked for; empty for any.</summary>
    [Id(7)]
    public string[] AllowedModels { get; init; } = [];

    /// <summary>Whether a model may be asked for by this name.</summary>
    public bool Allows(string model) => AllowedModels.Length == 0 || AllowedModels.Contains(model, StringComparer.OrdinalIgnoreCase);

    /// <summary>The tenant's policy as it holds for this caller.</summary>
    public TenantPolicy Narrow(TenantPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Cache is null && Routing is null && Compression is null && CacheThreshold is null ? policy : policy with
        {
            Cache = Narrower(Cache, policy.Cache),
            Routing = Narrower(Routing, policy.Routing),
            Compression = Narrower(Compression, policy.Compression),
            CacheThreshold = CacheThreshold is { } own && policy.CacheThreshold is { } tenants ? Math.Max(own, tenants) : CacheThreshold ?? policy.CacheThreshold,
        };
    }

    // What the configuration switched off for a tenant no key of an admin of that tenant switches on.
    private static LayerMode Narrower(LayerMode? own, LayerMode tenants) => own < tenants ? own.Value : tenants;

    /// <summary>All caps that a call of this caller counts against.</summary>
    public IReadOnlyList<BudgetLimit> Budgets(TenantPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Caps.Length == 0 ? policy.Budgets : [.. policy.Budgets, .. Caps.Select(static c => c.ToLimit())];
    }
}
