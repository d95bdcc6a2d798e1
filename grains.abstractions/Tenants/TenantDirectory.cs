using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Core.RateLimits;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains.Abstractions.Ledger;

namespace OrleansLlm.Grains.Abstractions.Tenants;

/// <summary>
/// Who may call and what the layers may do for them. Immutable; built once from the configuration by
/// <see cref="Create"/>. Where no tenant is configured there is one, <c>default</c>, and it needs no key.
/// </summary>
public sealed class TenantDirectory
{
    public const string DefaultTenant = "default";

    private readonly Dictionary<string, TenantPolicy> _policies;
    private readonly (byte[] Hash, TenantIdentity Identity)[] _keys;
    private readonly Dictionary<(string Tenant, string Project), (BudgetCap[] Caps, RateLimit? Rate)> _projects;
    private readonly Dictionary<string, RateLimit> _rates;
    private readonly HashSet<string> _retired;

    private TenantDirectory(
        Dictionary<string, TenantPolicy> policies, (byte[] Hash, TenantIdentity Identity)[] keys, Dictionary<(string Tenant, string Project), (BudgetCap[] Caps, RateLimit? Rate)> projects,
        Dictionary<string, RateLimit> rates, HashSet<string> retired)
    {
        _policies = policies;
        _keys = keys;
        _projects = projects;
        _rates = rates;
        _retired = retired;
    }

    /// <summary>Whether callers must present a key.</summary>
    public bool RequiresKey => _keys.Length > 0;

    public IReadOnlyCollection<string> TenantIds => _policies.Keys;

    /// <summary>Builds the directory.</summary>
    /// <param name="tenants">By name; names are part of cache partitions and ledger keys.</param>
    /// <param name="layers">Defaults.</param>
    /// <param name="defaultTimeToLive">For tenants that set none.</param>
    /// <param name="readSecret">Reads an environment variable (first argument) or a file (second); null where it is absent.</param>
    /// <param name="problems">Receives one sentence per mistake, naming the setting.</param>
    public static TenantDirectory Create(
        IReadOnlyDictionary<string, TenantOptions> tenants,
        LayersOptions layers,
        TimeSpan defaultTimeToLive,
        Func<string?, string?, string?> readSecret,
        ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(tenants);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(readSecret);
        ArgumentNullException.ThrowIfNull(problems);
        if (tenants.Count == 0)
            tenants = new Dictionary<string, TenantOptions> { [DefaultTenant] = new() { Operator = true } };

        var policies = new Dictionary<string, TenantPolicy>(StringComparer.Ordinal);
        var keys = new List<(byte[], TenantIdentity)>();
        var holders = new Dictionary<string, TenantIdentity>(StringComparer.Ordinal);
        var projects = new Dictionary<(string, string), (BudgetCap[], RateLimit?)>();
        var rates = new Dictionary<string, RateLimit>(StringComparer.Ordinal);
        var retired = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, options) in tenants)
        {
            policies[name] = new TenantPolicy
            {
                TenantId = name,
                Cache = options.Cache ?? layers.Cache,
                Routing = options.Routing ?? layers.Routing,
                Compression = options.Compression ?? layers.Compression,
                CacheThreshold = options.CacheThreshold,
                CacheTimeToLive = options.CacheTimeToLive ?? defaultTimeToLive,
                CacheBytes = options.CacheBytes,
                CacheEpoch = options.CacheEpoch,
                IgnoreContext = options.Context == ContextMode.Ignore,
                ShowText = options.ShowText,
                MapToAuto = options.MapToAuto.ToHashSet(StringComparer.OrdinalIgnoreCase),
                Budgets = options.Budgets.ToLimits(BudgetScope.Tenant, string.Empty),
            };
            if (options.RateLimits.ToLimit(string.Empty) is { } rate)
                rates[name] = rate;
            if (options.Retired)
            {
                retired.Add(name);
                continue;
            }

            AddKeys($"OrleansLlm:Tenants:{name}", new TenantIdentity(name, options.Operator), options.KeyHashes, options.KeyVariable, options.KeyFile);
            foreach (var (project, settings) in options.Projects)
            {
                projects[(name, project)] = ([.. settings.Budgets.ToLimits(BudgetScope.Project, project).Select(BudgetCap.From)], settings.RateLimits.ToLimit("project:" + project));
                AddKeys(
                    $"OrleansLlm:Tenants:{name}:Projects:{project}", new TenantIdentity(name, options.Operator, project), settings.KeyHashes, settings.KeyVariable, settings.KeyFile);
            }
        }

        if (keys.Count > 0)
        {
            var held = keys.Select(static k => k.Item2.TenantId).ToHashSet(StringComparer.Ordinal);
            foreach (var name in tenants.Keys.Where(n => !retired.Contains(n) && !held.Contains(n)))
                problems.Add($"OrleansLlm:Tenants:{name} has no key: set KeyHashes, KeyVariable or KeyFile.");
        }
        else if (retired.Count > 0)
        {
            problems.Add("OrleansLlm:Tenants: beside a retired tenant those who ask need keys; set KeyHashes, KeyVariable or KeyFile for each.");
        }
        else if (policies.Count > 1)
        {
            problems.Add("OrleansLlm:Tenants: several tenants need keys to be told apart; set KeyHashes, KeyVariable or KeyFile for each.");
        }

        return new TenantDirectory(policies, [.. keys], projects, rates, retired);

        void AddKeys(string path, TenantIdentity identity, IEnumerable<string> hashes, string? variable, string? file)
        {
            foreach (var hash in hashes)
            {
                if (hash.Length == 64 && hash.All(char.IsAsciiHexDigit))
                    Add(Convert.FromHexString(hash));
                else
                    problems.Add($"{path}:KeyHashes must hold SHA-256 hashes of 64 hexadecimal digits.");
            }

            foreach (var (name, fromVariable, fromFile) in new[] { ("KeyVariable", variable, null), ("KeyFile", (string?)null, file) })
            {
                if (fromVariable is null && fromFile is null)
                    continue;
                if (readSecret(fromVariable, fromFile) is { Length: > 0 } key)
                    Add(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
                else
                    problems.Add($"{path}:{name} names '{fromVariable ?? fromFile}', which is empty, not there or not to be read by this user.");
            }

            void Add(byte[] hash)
            {
                var hex = Convert.ToHexStringLower(hash);
                // A part of the hash names the key in ledgers and budgets; it tells nothing of the key.
                var holder = identity with { KeyId = "cfg_" + hex[..12] };
                if (!holders.TryAdd(hex, holder) && holders[hex] is var other && other != holder)
                    problems.Add($"{path} has the same key as OrleansLlm:Tenants:{other.TenantId}{(other.ProjectId.Length > 0 ? ":Projects:" + other.ProjectId : string.Empty)}: nobody could say whose requests are meant.");
                keys.Add((hash, holder));
            }
        }
    }

    /// <summary>
    /// Whose key this is; null for none. Compares with every key in constant time, so that neither the place nor the length of a
    /// mismatch shows.
    /// </summary>
    public TenantIdentity? Authenticate(string? key)
    {
        if (!RequiresKey)
            return new TenantIdentity(_policies.Keys.First(), IsOperator: true);
        if (string.IsNullOrEmpty(key))
            return null;
        Span<byte> presented = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), presented);
        return AuthenticateHash(presented);
    }

    /// <summary>The same for a key's SHA-256, which a browser's session keeps in the key's place.</summary>
    public TenantIdentity? AuthenticateHash(ReadOnlySpan<byte> presented)
    {
        TenantIdentity? found = null;
        foreach (var (hash, identity) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, presented))
                found = identity;
        }

        return found;
    }

    /// <summary>The holder of a key that was made here; null for none. A key of a tenant that may not ask opens nothing.</summary>
    public TenantIdentity? IdentityOf(VirtualKey? key) => key is null || !MayAsk(key.TenantId)
        ? null
        : new TenantIdentity(key.TenantId, key.Role == KeyRole.Operator, key.ProjectId, key.Id) { Role = key.Role, Key = key };

    /// <summary>Whether anybody may ask in a tenant's name: it is configured and not retired.</summary>
    public bool MayAsk(string tenantId) => _policies.ContainsKey(tenantId) && !_retired.Contains(tenantId);

    /// <summary>The policy of a tenant that <see cref="Authenticate"/> returned.</summary>
    public TenantPolicy PolicyOf(string tenantId) => _policies[tenantId];

    /// <summary>What travels with the requests of a caller that <see cref="Authenticate"/> returned.</summary>
    public Caller CallerOf(TenantIdentity identity) => new()
    {
        ProjectId = identity.ProjectId,
        KeyId = identity.KeyId,
        Caps = [.. ProjectOf(identity).Caps, .. identity.Key?.Budgets.Select(BudgetCap.From) ?? []],
        Cache = identity.Key?.Cache,
        Routing = identity.Key?.Routing,
        Compression = identity.Key?.Compression,
        CacheThreshold = identity.Key?.CacheThreshold,
        AllowedModels = [.. identity.Key?.AllowedModels ?? []],
    };

    /// <summary>The rate limits that hold for a caller.</summary>
    public IReadOnlyList<RateLimit> RateLimitsOf(TenantIdentity identity)
    {
        RateLimit?[] limits = [_rates.GetValueOrDefault(identity.TenantId), ProjectOf(identity).Rate, identity.Key?.RateLimit];
        return Array.TrueForAll(limits, static l => l is null) ? [] : [.. limits.OfType<RateLimit>()];
    }

    /// <summary>Whether a tenant has a project of this name.</summary>
    public bool HasProject(string tenantId, string project) => _projects.ContainsKey((tenantId, project));

    // A project that is not configured any more has no caps of its own; its keys are still its tenant's.
    private (BudgetCap[] Caps, RateLimit? Rate) ProjectOf(TenantIdentity identity) =>
        identity.ProjectId.Length > 0 && _projects.TryGetValue((identity.TenantId, identity.ProjectId), out var project) ? project : ([], null);

    /// <summary>The policy of a tenant, or null where this process does not know it (a silo with an older configuration).</summary>
    public TenantPolicy? FindPolicy(string tenantId) => _policies.GetValueOrDefault(tenantId);
}

/// <summary>An authenticated caller.</summary>
/// <param name="TenantId">Whose requests, entries and money these are.</param>
/// <param name="IsOperator">Whether the caller may see all tenants' figures.</param>
/// <param name="ProjectId">The project that the key belongs to; empty for none.</param>
/// <param name="KeyId">Names the key and tells nothing of it; empty where no key is needed.</param>
public readonly record struct TenantIdentity(string TenantId, bool IsOperator, string ProjectId = "", string KeyId = "")
{
    /// <summary>What the credential allows.</summary>
    public KeyRole Role { get; init; }

    /// <summary>The key, where it was made here.</summary>
    public VirtualKey? Key { get; init; }

    /// <summary>Whether the caller may manage the tenant's keys.</summary>
    public bool IsAdmin => IsOperator || Role >= KeyRole.Admin;
}
