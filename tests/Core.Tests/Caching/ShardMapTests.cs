using System.Numerics.Tensors;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class ShardMapTests
{
    // Every split moves exactly the entries whose home it changes, so that an exact lookup always goes where the entry is.
    [Fact]
    public void Home_AfterAnySplits_IsWhereTheEntriesWereMovedTo() => Gen.Select(Gen.Int, Gen.Int[1, 9]).Sample(
        (seed, splits) =>
        {
            var random = new Random(seed);
            var vectors = Enumerable.Range(0, 300).Select(_ => CacheEntries.Unit(random, 12)).ToArray();
            var map = ShardMap.Single("s0");
            var shards = new Dictionary<string, List<float[]>> { ["s0"] = [.. vectors] };
            for (var i = 1; i <= splits; i++)
            {
                var (full, entries) = shards.MaxBy(s => s.Value.Count);
                var (first, second) = TwoMeans.Fit(entries.SelectMany(v => v).ToArray(), 12)!.Value;
                shards["s" + i] = [.. entries.Where(v => !TwoMeans.IsFirst(v, first, second))];
                entries.RemoveAll(v => !TwoMeans.IsFirst(v, first, second));
                map = map.Split(full, map.CentroidOf(full)!, first, "s" + i, second)!;
            }

            Assert.Equal(splits + 1, map.Version);
            Assert.Equal(shards.Keys.Order(), map.Shards.Order());
            Assert.All(shards, s => Assert.All(s.Value, v => Assert.Equal(s.Key, map.Home(v))));
            Assert.Equal(map.Shards.Order(), map.Probe(vectors[0], 100).Order());
        },
        iter: 60);

    [Fact]
    public void Split_UnknownShardOrOneThatWasSplitSince_IsNull()
    {
        var map = ShardMap.Single("p/0");
        Assert.Null(map.Split("p/1", [], [1], "p/2", [-1]));
        var split = map.Split("p/0", [], [1], map.NewShardOf("p/0"), [-1])!;
        Assert.Null(split.Split("p/0", [], [1], "p/2", [-1]));
        Assert.NotNull(split.Split("p/0", [1], [1], "p/2", [-1]));
    }

    [Fact]
    public void NewShardOf_EachShardAndVersion_IsAnother()
    {
        var map = ShardMap.Single("p/0");
        var split = map.Split("p/0", [], [1], map.NewShardOf("p/0"), [-1])!;
        string[] ids = [map.NewShardOf("p/0"), .. split.Shards.Select(split.NewShardOf), .. split.Shards];
        Assert.Equal(4, ids.Distinct().Count());
        Assert.All(ids, id => Assert.StartsWith("p/", id, StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_TwoClouds_AreToldApartTheSameWayEachTime()
    {
        var random = new Random(1);
        var vectors = Enumerable.Range(0, 200).Select(i =>
        {
            var vector = CacheEntries.Unit(random, 16);
            vector[0] = i % 2 == 0 ? 2 : -2;
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
            return vector;
        }).ToArray();
        var flat = vectors.SelectMany(v => v).ToArray();
        var (first, second) = TwoMeans.Fit(flat, 16)!.Value;
        Assert.Single(vectors.Where((_, i) => i % 2 == 0).Select(v => TwoMeans.IsFirst(v, first, second)).Distinct());
        Assert.NotEqual(TwoMeans.IsFirst(vectors[0], first, second), TwoMeans.IsFirst(vectors[1], first, second));
        Assert.Equal(first, TwoMeans.Fit(flat, 16)!.Value.First);
    }

    [Fact]
    public void Fit_EqualVectors_IsNull()
    {
        Assert.Null(TwoMeans.Fit([1, 0, 1, 0, 1, 0], 2));
        Assert.Null(TwoMeans.Fit([1, 0], 2));
    }

    [Fact]
    public void StandIn_OfFingerprints_IsStableAndSpread()
    {
        Assert.Equal(ShardMap.StandIn("a", 384), ShardMap.StandIn("a", 384));
        Assert.InRange(TensorPrimitives.Dot<float>(ShardMap.StandIn("a", 384), ShardMap.StandIn("b", 384)), -0.25f, 0.25f);
    }
}
