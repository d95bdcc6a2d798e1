using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

/// <summary>
/// Finds the shards of a partition by its map, which this silo keeps for a short time; a shard that split since says so, and the map is read
/// again. An exact lookup always reaches the entry's home (<see cref="ShardMap.Home"/>), a lookup by meaning the nearest shards as well.
/// </summary>
internal sealed class ShardDirectory(IGrainFactory grains, IOptions<CacheOptions> options, TimeProvider time)
{
    private const int MostMaps = 4096;
    private const int Attempts = 3;

    private readonly ConcurrentDictionary<string, KnownMap> _maps = new(StringComparer.Ordinal);

    /// <summary>Looks in the home of the query and in the nearest shards.</summary>
    /// <param name="partition">Key of the partition.</param>
    /// <param name="query">The query; its map version is filled in here.</param>
    /// <param name="everywhere">
    /// Whether the entry may lie anywhere: its question has an embedding, but this time it could not be made.
    /// </param>
    public async Task<ProbedShards> LookupAsync(string partition, ShardQuery query, bool everywhere)
    {
        for (var attempt = 1; ; attempt++)
        {
            var map = await MapAsync(partition, reload: attempt > 1);
            if (map.IsEmpty)
                return ProbedShards.None;
            var probes = Probes(map, query, everywhere);
            var replies = await Task.WhenAll(Array.ConvertAll(probes, p => AskAsync(p, query, map.Version)));
            if (attempt < Attempts && Array.Exists(replies, static r => r.Reply.Moved))
                continue;
            return ProbedShards.Of(query, replies, fingerprint => ReadAnywhereAsync(partition, fingerprint));
        }
    }

    /// <summary>Stores an entry in its home.</summary>
    /// <param name="cacheNamespace">The namespace that the partition belongs to; empty for none.</param>
    /// <param name="partition">Key of the partition.</param>
    /// <param name="write">The entry.</param>
    public async Task WriteAsync(string cacheNamespace, string partition, ShardWrite write)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var map = await MapAsync(partition, reload: attempt > 1);
            if (map.IsEmpty)
            {
                // One way: a partition that is not noted is served like any other and missing from an export.
                _ = grains.GetGrain<ICacheTransferGrain>(write.TenantId).OpenedAsync(partition, cacheNamespace);
                map = Keep(partition, await grains.GetGrain<ICachePartitionGrain>(partition).OpenAsync());
            }

            var home = Home(map, write.Embedding, write.Fingerprint);
            if (await grains.GetGrain<ICacheShardGrain>(home).WriteAsync(write.For(map.Version)))
                return;
        }
    }

    private static string Home(ShardMap map, byte[] embedding, string fingerprint) =>
        map.Nodes.Count == 1 ? map.Nodes[0].Shard!
            : map.Home(embedding.Length == CacheShardGrain.Dimension * sizeof(float) ? MemoryMarshal.Cast<byte, float>(embedding) : ShardMap.StandIn(fingerprint, CacheShardGrain.Dimension));

    // An entry that was stored without an embedding lies in the home of its fingerprint, so that is asked too, for the exact answer only.
    private (string Shard, bool ExactOnly)[] Probes(ShardMap map, ShardQuery query, bool everywhere)
    {
        if (map.Nodes.Count == 1)
            return [(map.Nodes[0].Shard!, false)];
        if (everywhere)
            return [.. map.Shards.Select(static s => (s, true))];
        var standIn = Home(map, [], query.Fingerprint);
        if (query.Embedding.Length != CacheShardGrain.Dimension * sizeof(float))
            return [(standIn, true)];
        var nearest = map.Probe(MemoryMarshal.Cast<byte, float>(query.Embedding), options.Value.Probes)
            .Append(Home(map, query.Embedding, query.Fingerprint)).Distinct().ToList();
        return [.. nearest.Select(static s => (s, false)), .. nearest.Contains(standIn) ? [] : new[] { (standIn, true) }];
    }

    private async Task<(ICacheShardGrain Shard, ShardReply Reply)> AskAsync((string Shard, bool ExactOnly) probe, ShardQuery query, int version)
    {
        var shard = grains.GetGrain<ICacheShardGrain>(probe.Shard);
        return (shard, await shard.LookupAsync(query.For(version, probe.ExactOnly)));
    }

    // A split may have come between a lookup and the reading of its answer: the entry is in another shard now.
    private async ValueTask<StoredAnswer?> ReadAnywhereAsync(string partition, string fingerprint)
    {
        var map = await MapAsync(partition, reload: true);
        if (map.Nodes.Count == 1)
            return null;
        var answers = await Task.WhenAll(map.Shards.Select(s => grains.GetGrain<ICacheShardGrain>(s).ReadAsync(fingerprint).AsTask()));
        return Array.Find(answers, static a => a is not null);
    }

    private async ValueTask<ShardMap> MapAsync(string partition, bool reload)
    {
        if (!reload && _maps.TryGetValue(partition, out var known) && time.GetElapsedTime(known.ReadAt) < options.Value.MapLifetime)
            return known.Map;
        return Keep(partition, await grains.GetGrain<ICachePartitionGrain>(partition).GetMapAsync());
    }

    private ShardMap Keep(string partition, PartitionMap read)
    {
        var map = read.ToMap();
        // The first answer of a partition must be found at once, so that there is none yet is not remembered.
        if (map.IsEmpty)
            return map;
        if (_maps.Count >= MostMaps)
            _maps.Clear();
        _maps[partition] = new KnownMap(map, time.GetTimestamp());
        return map;
    }

    private sealed record KnownMap(ShardMap Map, long ReadAt);
}
