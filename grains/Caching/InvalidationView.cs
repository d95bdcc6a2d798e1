using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Caching;

/// <summary>
/// This silo's copy of the tenants' invalidation rules. A copy is trusted for half a second from the moment it was asked for; then it is read
/// again before anything is given from the cache, and where it cannot be read, nothing is. So an invalidation holds everywhere once that
/// time has passed, without anybody being told. Past half of its time whoever uses it has it read anew and does not wait, so that a busy
/// tenant's requests wait for none.
/// </summary>
internal sealed class InvalidationView(IGrainFactory grains, IOptions<QueryGatewayOptions> options, TimeProvider time, ILogger<InvalidationView> logger)
{
    private readonly ConcurrentDictionary<string, Copy> _copies = new(StringComparer.Ordinal);

    /// <summary>Whether the answer may be given to the query for certain.</summary>
    /// <param name="query">Whose tenant and namespace are meant.</param>
    /// <param name="fingerprint">Of the request the answer was made for.</param>
    /// <param name="answer">The answer.</param>
    public async ValueTask<bool> AllowsAsync(Gateway.Query query, string fingerprint, StoredAnswer answer) =>
        await JudgeAsync(query.Request.TenantId, query.Controls.CacheNamespace, fingerprint, answer) == InvalidationVerdict.Allowed;

    /// <summary>What the rules say of an answer, by tenant and namespace: who holds a forbidden one may let go of it.</summary>
    public async ValueTask<InvalidationVerdict> JudgeAsync(string tenant, string cacheNamespace, string fingerprint, StoredAnswer answer) =>
        (await KnownAsync(tenant)).Judge(answer.CreatedAt, answer.RulesSeen, fingerprint, cacheNamespace, answer.Tags);

    /// <summary>The tenant's rules as they are known here, read anew where that is due.</summary>
    public async ValueTask<KnownRules> KnownAsync(string tenant)
    {
        var copy = _copies.GetOrAdd(tenant, static _ => new Copy());
        return new KnownRules(copy.Rules, await IsCurrentAsync(tenant, copy));
    }

    private ValueTask<bool> IsCurrentAsync(string tenant, Copy copy)
    {
        var readAt = Volatile.Read(ref copy.ReadAt);
        var age = readAt == 0 ? TimeSpan.MaxValue : time.GetElapsedTime(readAt);
        if (age >= IInvalidationGrain.TrustedFor)
            return new(RefreshAsync(tenant, copy));
        if (age > IInvalidationGrain.TrustedFor / 2 && Interlocked.Exchange(ref copy.RefreshedFrom, readAt) != readAt)
            _ = RefreshAsync(tenant, copy);
        return new(true);
    }

    private async Task<bool> RefreshAsync(string tenant, Copy copy)
    {
        var asked = time.GetTimestamp();
        long known;
        lock (copy.Rules)
            known = copy.Rules.Sequence;
        try
        {
            // A request waits for it, and nobody answers for a silo that is out of reach: no longer than for the rest of the layer.
            var rules = await grains.GetGrain<IInvalidationGrain>(tenant).RulesAfterAsync(known).AsTask().WaitAsync(options.Value.CacheTimeout, time);
            lock (copy.Rules)
            {
                foreach (var rule in rules)
                    copy.Rules.Apply(rule.ToRule());
            }

            Volatile.Write(ref copy.ReadAt, asked);
            return true;
        }
        catch (Exception e)
        {
            CacheLog.InvalidationsUnknown(logger, e, tenant);
            return false;
        }
    }

    private sealed class Copy
    {
        /// <summary>Timestamp of the latest reading; 0 before the first.</summary>
        public long ReadAt;

        /// <summary>The reading that is being replaced in time.</summary>
        public long RefreshedFrom;

        public Invalidations Rules { get; } = new();
    }
}
