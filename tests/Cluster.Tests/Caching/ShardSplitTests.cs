using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.TestingHost;
using OrleansLlm.Cluster.Tests.Storage;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Silo.Storage;
using StackExchange.Redis;

namespace OrleansLlm.Cluster.Tests.Caching;

/// <summary>Shards on two silos and a real Redis.</summary>
public sealed class ShardSplitTests
{
    private const string Partition = "partition.model";

    [Fact]
    public async Task Split_UnderLoad_LosesAndDoublesNoEntry()
    {
        await using var redis = await RedisServer.StartAsync();
        var options = new CacheOptions { ShardCapacity = 500, FlushInterval = TimeSpan.FromMilliseconds(50) };
        await using var cluster = await StartAsync(redis, options);
        // Each gateway has a map of its own, and all but one keep an old one as long as they can.
        var gateways = Enumerable.Range(0, 4).Select(i => new ShardDirectory(
            cluster.Client,
            Options.Create(new CacheOptions { MapLifetime = i == 0 ? TimeSpan.Zero : TimeSpan.FromHours(1) }), TimeProvider.System)).ToArray();
        var written = new ConcurrentDictionary<int, bool>();
        const int Count = 2_600;
        var next = -1;
        var writers = gateways.Select((gateway, g) => Task.Run(async () =>
        {
            var random = new Random(g);
            for (var i = Interlocked.Increment(ref next); i < Count; i = Interlocked.Increment(ref next))
            {
                await gateway.WriteAsync(string.Empty, Partition, Write(i));
                written[i] = true;
                // Any that was written before is found at any time, splits or not.
                var known = written.Keys.ToArray();
                var back = known[random.Next(known.Length)];
                var found = await gateway.LookupAsync(Partition, Query(back), everywhere: false);
                Assert.Equal(Fingerprint(back), Assert.Single(found.Candidates).Fingerprint);
                Assert.Equal(BitConverter.GetBytes(back), (await found.ReadAsync(Fingerprint(back)))!.Body);
                await Task.Delay(4, TestContext.Current.CancellationToken);
            }
        }, TestContext.Current.CancellationToken)).ToArray();
        await Task.WhenAll(writers);

        var map = (await cluster.Client.GetGrain<ICachePartitionGrain>(Partition).GetMapAsync()).ToMap();
        Assert.InRange(map.Shards.Count(), 4, 32);
        await EachIsInOneShardAsync(cluster, map, Count);

        // What the store holds is the same: every shard is read back from it.
        await cluster.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, TestContext.Current.CancellationToken);
        await EachIsInOneShardAsync(cluster, map, Count);
        foreach (var gateway in gateways)
        {
            var found = await gateway.LookupAsync(Partition, Query(7), everywhere: true);
            Assert.Equal(Fingerprint(7), Assert.Single(found.Candidates).Fingerprint);
        }
    }

    [Fact]
    public async Task Split_CutOffBeforeTheMap_IsMadeAgain()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var cluster = await StartAsync(redis, new CacheOptions { ShardCapacity = 64, FlushInterval = TimeSpan.FromMilliseconds(20) });
        var gateway = new ShardDirectory(cluster.Client, Options.Create(new CacheOptions()), TimeProvider.System);
        // What an attempt that died left in the shard that the next one will make.
        var newShard = ShardMap.Single(Partition + "/0").NewShardOf(Partition + "/0");
        var orphan = new ShardRecordCodec(newShard, null).Encode(ShardRecord.Put(new CacheEntry
        {
            Fingerprint = Fingerprint(1_000), Question = "orphan", Embedding = Vector(1_000), Model = "m", Answer = [1], Usage = default,
            CreatedAt = DateTimeOffset.UtcNow, ExpiresAt = DateTimeOffset.UtcNow.AddDays(1), Worth = EntryWorth.New(1, DateTimeOffset.UtcNow),
        }));
        Assert.True(await cluster.Client.GetGrain<ICacheShardGrain>(newShard).ImportAsync([orphan], first: false));
        for (var i = 0; i < 80; i++)
            await gateway.WriteAsync(string.Empty, Partition, Write(i));
        ShardMap map;
        do
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            map = (await cluster.Client.GetGrain<ICachePartitionGrain>(Partition).GetMapAsync()).ToMap();
        }
        while (map.Shards.Count() == 1);
        Assert.Contains(newShard, map.Shards);
        await EachIsInOneShardAsync(cluster, map, 80);
        Assert.Empty((await cluster.Client.GetGrain<ICacheShardGrain>(newShard).LookupAsync(Query(1_000).For(int.MaxValue, exactOnly: true))).Candidates);
    }

    [Fact]
    public async Task Write_ByAnActivationThatWasReplaced_IsRefusedAndItStops()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var cluster = await StartAsync(redis, new CacheOptions { FlushInterval = TimeSpan.FromMilliseconds(20) });
        var gateway = new ShardDirectory(cluster.Client, Options.Create(new CacheOptions()), TimeProvider.System);
        await gateway.WriteAsync(string.Empty, Partition, Write(1));
        await Task.Delay(200, TestContext.Current.CancellationToken);

        // A second activation elsewhere takes the shard over and forgets the entry.
        await using var connection = await redis.ConnectAsync();
        var log = await new RedisShardStore(connection, TimeSpan.FromDays(8)).OpenAsync(Partition + "/0", TestContext.Current.CancellationToken);
        await log.AppendAsync([new ShardRecordCodec(Partition + "/0", null).Encode(ShardRecord.Remove(Fingerprint(1)))], TestContext.Current.CancellationToken);
        await gateway.WriteAsync(string.Empty, Partition, Write(2));
        for (var attempt = 0; (await gateway.LookupAsync(Partition, Query(1), everywhere: false)).Candidates.Any(c => c.Fingerprint == Fingerprint(1)); attempt++)
        {
            Assert.True(attempt < 200, "the replaced activation still serves");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        var frames = 0;
        await foreach (var chunk in log.ReadAsync(TestContext.Current.CancellationToken))
            frames += chunk.Count;
        Assert.Equal(2, frames);
    }

    // Before, it came back: what was dropped of a full queue was missing in the store for good.
    [Fact]
    public async Task Remove_DroppedFromAFullQueueWhileTheStoreWasAway_HoldsAfterARestart()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var cluster = await StartAsync(redis, new CacheOptions { WriteQueue = 4, FlushInterval = TimeSpan.FromMilliseconds(20) });
        var gateway = new ShardDirectory(cluster.Client, Options.Create(new CacheOptions()), TimeProvider.System);
        await gateway.WriteAsync(string.Empty, Partition, Write(1));
        await Task.Delay(300, TestContext.Current.CancellationToken);
        var shard = cluster.Client.GetGrain<ICacheShardGrain>(Partition + "/0");

        redis.Pause();
        await gateway.WriteAsync(string.Empty, Partition, Write(2));
        // That one is on its way; these wait, and are too many.
        await Task.Delay(100, TestContext.Current.CancellationToken);
        await shard.RemoveAsync(Fingerprint(1));
        for (var i = 3; i < 10; i++)
            await gateway.WriteAsync(string.Empty, Partition, Write(i));
        redis.Resume();
        await Task.Delay(500, TestContext.Current.CancellationToken);

        await cluster.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, TestContext.Current.CancellationToken);
        async Task<bool> FindsAsync(int i) =>
            (await shard.LookupAsync(Query(i).For(int.MaxValue, exactOnly: true))).Candidates.Length > 0;
        for (var attempt = 0; !await FindsAsync(9); attempt++)
        {
            Assert.True(attempt < 500, "what was written last was not read back");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.False(await FindsAsync(1));
        Assert.True(await FindsAsync(3));
    }

    private static async Task EachIsInOneShardAsync(InProcessTestCluster cluster, ShardMap map, int count)
    {
        for (var i = 0; i < count; i++)
        {
            // The shard that was split lets go of what has left a moment after the map says so: never none, and not two for long.
            var held = await HeldAsync(i);
            for (var attempt = 0; held > 1 && attempt < 200; attempt++)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
                held = await HeldAsync(i);
            }

            Assert.Equal((i, 1), (i, held));
        }

        async Task<int> HeldAsync(int i)
        {
            var query = Query(i).For(int.MaxValue, exactOnly: true);
            return (await Task.WhenAll(map.Shards.Select(s => cluster.Client.GetGrain<ICacheShardGrain>(s).LookupAsync(query).AsTask()))).Sum(static r => r.Candidates.Length);
        }
    }

    private static async Task<InProcessTestCluster> StartAsync(RedisServer redis, CacheOptions options)
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorage(CacheStorage.Name);
            silo.AddMemoryGrainStorage(CacheStorage.Maps);
            silo.Services.AddSingleton(Options.Create(options));
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton(new ServedPrices(PriceCatalog.Default, (_, _) => null));
            silo.Services.AddSingleton(new ShardCipherSource(ShardCipher.FromBase64(Convert.ToBase64String(new byte[32]))));
            silo.Services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect($"127.0.0.1:{redis.Port}"));
            silo.Services.AddSingleton<IShardStore>(s => new RedisShardStore(s.GetRequiredService<IConnectionMultiplexer>(), TimeSpan.FromDays(8)));
            silo.Services.AddSingleton(TenantDirectory.Create(new Dictionary<string, TenantOptions>(), new LayersOptions(), TimeSpan.FromDays(7), (_, _) => null, []));
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static string Fingerprint(int i) => "fingerprint-" + i;

    // Every tenth entry has no embedding: only its exact request finds it.
    private static byte[] Bytes(int i) => i % 10 == 0 ? [] : MemoryMarshal.AsBytes(Vector(i).AsSpan()).ToArray();

    private static float[] Vector(int i)
    {
        var random = new Random(i);
        var topic = new Random(i % 7);
        var vector = Enumerable.Range(0, CacheShardGrain.Dimension).Select(_ => topic.NextSingle() - 0.5f + 0.5f * (random.NextSingle() - 0.5f)).ToArray();
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    private static ShardQuery Query(int i) => new() { TenantId = "t", Fingerprint = Fingerprint(i), Embedding = Bytes(i), MinimumCosine = 0.7f };

    private static ShardWrite Write(int i) => new()
    {
        TenantId = "t",
        Fingerprint = Fingerprint(i),
        Question = i % 10 == 0 ? "" : "question " + i,
        Embedding = Bytes(i),
        Answer = new StoredAnswer { Body = BitConverter.GetBytes(i), Model = "gpt-4o", Usage = new StoredUsage(100, 10, 0, 0, 0), CreatedAt = DateTimeOffset.UtcNow },
        TimeToLiveSeconds = 3600,
    };
}
