using System.Diagnostics;
using System.Numerics.Tensors;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Caching;

namespace OrleansLlm.Bench.Scale;

/// <summary>
/// What 100 silos with 10^9 entries at 10^5 requests a second would take, from the costs of one silo, one hop and one search; checked against
/// one to four silos.
/// </summary>
internal sealed class ScaleModelSuite : ISuite
{
    private const int Silos = 100;
    private const double Vectors = 1e9;
    private const double RequestsPerSecond = 1e5;
    private const double ExactShare = 0.2;
    private const double MissShare = 0.8;
    private const int EntryBytes = 2048;
    private const double RedisCommandsPerMiss = 2;
    private const int Dimension = 384;
    private const int Searches = 300;

    public string Name => "scale-model";

    public string Summary => "Predicts 100 silos, 10^9 entries, 10^5 requests a second from measured costs, checked against 1 to 4 silos (needs redis-server)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        var hop = await HopCost.MeasureAsync(cancellationToken);
        context.Report(Name, "call.near", hop.NearMicroseconds, "us cpu", 5_000);
        context.Report(Name, "call.far", hop.FarMicroseconds, "us cpu", 5_000);
        context.Report(Name, "call.far.p50", hop.FarLatencyMicroseconds, "us", 2_000);
        var worker = await WorkerCost.MeasureAsync(cancellationToken);
        context.Report(Name, "worker.plain", worker.PlainMicroseconds, "us cpu", 20_000);
        context.Report(Name, "worker.preferring", worker.PreferringMicroseconds, "us cpu", 20_000);
        context.Report(Name, "worker.far", worker.FarMicroseconds, "us cpu", 20_000);
        var sizes = Enumerable.Range(1, ScaleSuite.MostSilos).ToList();
        var measured = await ScaleMeasurement.RunAsync(
            context, [.. sizes.Select(static n => new ScaleLayout(n, Apart: true)), .. sizes.Skip(1).Select(static n => new ScaleLayout(n))], cancellationToken);
        foreach (var figures in measured)
            ScaleSuite.Report(context, Name, figures, measured[0]);
        var joined = measured.Where(static f => !f.Layout.Apart).ToList();
        var idlePerPeer = Math.Max(0, (joined[^1].IdleCpuShare - measured[0].IdleCpuShare) / (ScaleSuite.MostSilos - 1));
        var model = new ScaleModel(measured.Where(static f => f.Layout.Apart).ToDictionary(static f => f.Layout.Silos), joined[0], idlePerPeer);
        foreach (var kind in Enum.GetValues<RequestKind>())
            context.Report(Name, $"hops.{kind.ToString().ToLowerInvariant()}", model.HopMilliseconds(kind), "ms/request", 2);
        // Those that the model has not seen.
        foreach (var figures in joined.Skip(1))
        {
            foreach (var kind in Enum.GetValues<RequestKind>())
            {
                var name = $"check.{figures.Layout.Silos}.{kind.ToString().ToLowerInvariant()}";
                var predicted = model.OnThisMachine(kind, figures.Layout.Silos);
                context.Report(Name, name + ".predicted", predicted, "ms/request", figures.Layout.Silos);
                context.Report(Name, name + ".error", predicted / figures.CpuMilliseconds(kind) - 1, "share", figures.Layout.Silos);
            }
        }

        Predict(context, model, measured[0]);
        return 0;
    }

    private void Predict(SuiteContext context, ScaleModel model, ScaleFigures one)
    {
        var cache = new CacheOptions();
        var search = SearchMilliseconds(cache.ShardCapacity);
        context.Report(Name, "search.full-shard", search, "ms", Searches);
        // The shards of the measured clusters were nearly empty.
        var miss = model.CpuMilliseconds(RequestKind.Miss, Silos) + cache.Probes * search;
        var cores = RequestsPerSecond * (ExactShare * model.CpuMilliseconds(RequestKind.Exact, Silos) + MissShare * miss) / 1000;
        var shards = Vectors / cache.ShardCapacity;
        foreach (var (name, value, unit) in new (string, double, string)[]
        {
            ("assumed.silos", Silos, "silos"),
            ("assumed.entries", Vectors, "entries"),
            ("assumed.requests", RequestsPerSecond, "1/s"),
            ("assumed.exact-hits", ExactShare, "share"),
            ("assumed.misses", MissShare, "share"),
            ("assumed.entry", EntryBytes, "bytes"),
            ("assumed.probes-of-full-shards", cache.Probes, "shards"),
            ("assumed.partitions-at-least", Math.Ceiling(Vectors / ((double)cache.MaxShards * cache.ShardCapacity)), "partitions"),
            ("predicted.cpu-per-miss", miss, "ms"),
            ("predicted.cores", cores, "cores"),
            ("predicted.cores-per-silo", cores / Silos + model.IdleCores(Silos), "cores"),
            ("predicted.cores-per-silo-for-peers-alone", model.IdleCores(Silos), "cores"),
            ("predicted.share-of-hops-in-a-miss", model.HopMilliseconds(RequestKind.Miss) * (Silos - 1) / Silos / miss, "share"),
            ("predicted.shards-per-silo", shards / Silos, "shards"),
            ("predicted.memory-per-silo", Vectors * EntryBytes / Silos / 1e9, "GB"),
            ("predicted.redis-memory", Vectors * EntryBytes / 1e9, "GB"),
            ("predicted.redis-commands", RequestsPerSecond * MissShare * RedisCommandsPerMiss, "1/s"),
            ("predicted.redis-cores", RequestsPerSecond * MissShare * one.RedisMilliseconds[RequestKind.Miss] / 1000, "cores"),
        })
            context.Report(Name, name, value, unit, 1);
    }

    // Random unit vectors: how long a search takes does not depend on what is near.
    private static double SearchMilliseconds(int size)
    {
        var random = new Random(3);
        var index = new VectorIndex(Dimension);
        for (var i = 0; i < size; i++)
            index.Add(Unit(random));
        var view = index.View();
        var queries = Enumerable.Range(0, Searches).Select(_ => Unit(random)).ToArray();
        Span<VectorMatch> matches = stackalloc VectorMatch[4];
        foreach (var query in queries.AsSpan(0, 50))
            view.Search(query, -1, VectorFilter.Live, matches);
        var started = Stopwatch.GetTimestamp();
        foreach (var query in queries)
            view.Search(query, -1, VectorFilter.Live, matches);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / Searches;
    }

    private static float[] Unit(Random random)
    {
        var vector = new float[Dimension];
        for (var i = 0; i < vector.Length; i++)
            vector[i] = random.NextSingle() - 0.5f;
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }
}
