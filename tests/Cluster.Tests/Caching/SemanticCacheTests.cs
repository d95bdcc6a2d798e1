using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansLlm.Cluster.Tests.Placement;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Telemetry;

namespace OrleansLlm.Cluster.Tests.Caching;

/// <summary>What becomes of an entry whose tenant's rules are not there when it is asked for. Stubs stand for the grains.</summary>
public sealed class SemanticCacheTests
{
    private readonly Query _query = TestQuery.Of("How do I reset my password?");
    private readonly List<string> _removed = [];
    private Func<CacheInvalidation[]> _rules = static () => [];

    [Fact]
    public async Task LookupAsync_RulesCannotBeRead_GivesNothingAndKeepsTheEntry()
    {
        await using var none = MixedCluster.EngineWithoutFiles();
        var cache = Cache(none);
        _rules = static () => throw new SiloUnavailableException();

        var unknown = await cache.LookupAsync(_query, null);
        Assert.Equal((HitKind.Miss, "InvalidationsUnknown"), (unknown.Kind, unknown.Reason));
        Assert.Empty(_removed);

        _rules = static () => [];
        Assert.Equal(HitKind.Exact, (await cache.LookupAsync(_query, null)).Kind);
    }

    [Fact]
    public async Task LookupAsync_ARuleForbidsTheEntry_RemovesItForGood()
    {
        await using var none = MixedCluster.EngineWithoutFiles();
        _rules = () => [new CacheInvalidation(InvalidationScope.Entry, _query.Request.Fingerprint, Sequence: 1, Before: DateTimeOffset.MaxValue)];

        var forbidden = await Cache(none).LookupAsync(_query, null);
        Assert.Equal((HitKind.Miss, "Invalidated"), (forbidden.Kind, forbidden.Reason));
        Assert.Equal([_query.Request.Fingerprint], _removed);
    }

    private SemanticCache Cache(OrleansLlm.Inference.InferenceEngine engine)
    {
        var fingerprint = _query.Request.Fingerprint;
        var invalidation = Stub.Of<IInvalidationGrain>((_, _) => new ValueTask<CacheInvalidation[]>(_rules()));
        var partition = Stub.Of<ICachePartitionGrain>(static (_, _) => new ValueTask<PartitionMap>(PartitionMap.From(ShardMap.Single("p/0"))));
        var shard = Stub.Of<ICacheShardGrain>((method, _) => method switch
        {
            nameof(ICacheShardGrain.LookupAsync) => new ValueTask<ShardReply>(new ShardReply { Candidates = [new ShardCandidate { Fingerprint = fingerprint, Question = "?", Cosine = 1, AgeSeconds = 0 }] }),
            nameof(ICacheShardGrain.ReadAsync) => new ValueTask<StoredAnswer?>(new StoredAnswer { Body = [1], Model = "m", Usage = default, CreatedAt = TimeProvider.System.GetUtcNow() }),
            _ => Remove(fingerprint),
        });
        var grains = Stub.Of<IGrainFactory>((_, arguments) => arguments[0] switch { "t" => invalidation, "p/0" => shard, _ => (object)partition });
        var meters = new Meters();
        var (cacheOptions, gatewayOptions) = (Options.Create(new CacheOptions()), Options.Create(new QueryGatewayOptions { CacheTimeout = TimeSpan.FromMinutes(1) }));
        return new SemanticCache(
            new ShardDirectory(grains, cacheOptions, TimeProvider.System), null!, null!, engine, AcceptancePolicySource.Load(null, MixedCluster.Models),
            new InvalidationView(grains, gatewayOptions, TimeProvider.System, NullLogger<InvalidationView>.Instance), null!, cacheOptions, gatewayOptions,
            new GatewayTelemetry(meters, new GenAiTelemetry(meters, Options.Create(new TelemetryOptions()))), TimeProvider.System, NullLogger<SemanticCache>.Instance);
    }

    private object Remove(string fingerprint)
    {
        _removed.Add(fingerprint);
        return default(ValueTask);
    }
}
