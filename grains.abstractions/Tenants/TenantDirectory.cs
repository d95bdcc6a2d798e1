using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Core.Tenants;

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

    private TenantDirectory(Dictionary<string, TenantPolicy> policies, (byte[] Hash, TenantIdentity Identity)[] keys)
    {
        _policies = policies;
        _keys = keys;
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
        foreach (var (name, options) in tenants)
        {
            policies[name] = new TenantPolicy
            {
                TenantId = name,
                Cache = options.Cache ?? layers.Cache,
                Routing = options.Routing ?? layers.Routing,
                Compression = options.Compression ?? layers.Compression,
                CompressionStrategy = options.CompressionStrategy,
                CompressionKeepRate = options.CompressionKeepRate,
                CompressionTokenBudget = options.CompressionTokenBudget,
                CacheThreshold = options.CacheThreshold,
                CacheTimeToLive = options.CacheTimeToLive ?? defaultTimeToLive,
                CacheBytes = options.CacheBytes,
                CacheEpoch = options.CacheEpoch,
                IgnoreContext = options.Context == ContextMode.Ignore,
                ShowText = options.ShowText,
                MapToAuto = options.MapToAuto.ToHashSet(StringComparer.OrdinalIgnoreCase),
            };
            var identity = new TenantIdentity(name, options.Operator);
            foreach (var hash in options.KeyHashes)
            {
                if (hash.Length == 64 && hash.All(char.IsAsciiHexDigit))
                    keys.Add((Convert.FromHexString(hash), identity));
                else
                    problems.Add($"OrleansLlm:Tenants:{name}:KeyHashes must hold SHA-256 hashes of 64 hexadecimal digits.");
            }

            if (options.KeyVariable is null && options.KeyFile is null)
                continue;
            foreach (var (variable, file) in new[] { (options.KeyVariable, (string?)null), ((string?)null, options.KeyFile) })
            {
                if (variable is null && file is null)
                    continue;
                if (readSecret(variable, file) is { Length: > 0 } key)
                    keys.Add((SHA256.HashData(Encoding.UTF8.GetBytes(key)), identity));
                else
                    problems.Add($"OrleansLlm:Tenants:{name}:{(file is null ? "KeyVariable" : "KeyFile")} names '{variable ?? file}', which is empty or not there.");
            }
        }

        if (keys.Count > 0)
        {
            foreach (var name in tenants.Keys.Where(n => !keys.Exists(k => k.Item2.TenantId == n)))
                problems.Add($"OrleansLlm:Tenants:{name} has no key: set KeyHashes, KeyVariable or KeyFile.");
        }
        else if (policies.Count > 1)
        {
            problems.Add("OrleansLlm:Tenants: several tenants need keys to be told apart; set KeyHashes, KeyVariable or KeyFile for each.");
        }

        return new TenantDirectory(policies, [.. keys]);
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

    /// <summary>The policy of a tenant that <see cref="Authenticate"/> returned.</summary>
    public TenantPolicy PolicyOf(string tenantId) => _policies[tenantId];

    /// <summary>The policy of a tenant, or null where this process does not know it (a silo with an older configuration).</summary>
    public TenantPolicy? FindPolicy(string tenantId) => _policies.GetValueOrDefault(tenantId);
}

/// <summary>An authenticated caller.</summary>
/// <param name="TenantId">Whose requests, entries and money these are.</param>
/// <param name="IsOperator">Whether the caller may see all tenants' figures.</param>
public readonly record struct TenantIdentity(string TenantId, bool IsOperator);
