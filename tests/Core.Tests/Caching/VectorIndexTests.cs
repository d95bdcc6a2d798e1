using System.Numerics.Tensors;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class VectorIndexTests
{
    [Fact]
    public void Search_SmallIndex_FindsWhatBruteForceFinds() =>
        Gen.Select(Gen.Float[-1, 1].Array[4].List[1, 80], Gen.Float[-1, 1].Array[4], Gen.Int[1, 5]).Sample((vectors, query, k) =>
        {
            var index = new VectorIndex(4);
            foreach (var vector in vectors)
                index.Add(vector);
            index.Remove(0);
            var expected = vectors.Select((v, row) => new VectorMatch(row, TensorPrimitives.Dot<float>(query, v))).Skip(1)
                .Where(m => m.Cosine >= 0).OrderByDescending(m => m.Cosine).ThenBy(m => m.Row).Take(k);
            Assert.Equal(expected, Search(index.View(), query, k, 0, VectorFilter.Live));
        });

    // Few dimensions and copied vectors: many codes tie, which is where a bounded selection can go wrong.
    [Fact]
    public void Search_LargeIndex_FindsWhatItsSlowTwinFinds() =>
        Gen.Select(Gen.Int[1025, 6000], Gens.Of(3, 24, 64, 100), Gen.Int[1, 8], Gens.Of(20, 100, VectorIndexView.MostRescored), Gen.Int).Sample(
            (count, dimension, k, most, seed) =>
            {
                var random = new Random(seed);
                var vectors = new List<float[]>();
                for (var row = 0; row < count; row++)
                    vectors.Add(row > 10 && random.Next(4) == 0 ? vectors[random.Next(row)] : CacheEntries.Unit(random, dimension));
                var index = new VectorIndex(dimension);
                var filter = new VectorFilter(Now: 100, NotBefore: 50);
                var passes = new bool[count];
                for (var row = 0; row < count; row++)
                {
                    var (created, expires) = (random.Next(20, 80), random.Next(60, 300));
                    index.Add(vectors[row], created, expires);
                    passes[row] = created >= 50 && expires > 100;
                }

                for (var i = 0; i < count / 3; i++)
                {
                    var row = random.Next(count);
                    index.Remove(row);
                    passes[row] = false;
                }

                var query = CacheEntries.Unit(random, dimension);
                var found = new VectorMatch[k];
                var length = index.View().SearchCodes(query, -1, filter, found, most);
                var twin = SlowTwin(vectors, passes, query, k, most);
                // Ties beyond the buffer may be left out, so the twin can only be better.
                if (twin.Ties <= most)
                    Assert.Equal(twin.Matches, found[..length]);
                Assert.All(found[..length], m => Assert.True(passes[m.Row] && m.Cosine == TensorPrimitives.Dot<float>(query, vectors[m.Row])));
                Assert.Equal(Math.Min(k, passes.Count(p => p)), length);
            },
            iter: 40);

    [Fact]
    public async Task Search_BesideAWriter_SeesWholeRowsOnly()
    {
        var index = new VectorIndex(384);
        var random = new Random(3);
        var vectors = Enumerable.Range(0, 4000).Select(_ => CacheEntries.Unit(random, 384)).ToArray();
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(seed => Task.Run(() =>
        {
            var own = new Random(seed);
            var searches = 0;
            while (!stop.IsCancellationRequested || searches == 0)
            {
                var view = index.View();
                if (view.Count == 0)
                    continue;
                // Any row that the view counts is found by its own vector, wherever the writer is by now.
                var row = own.Next(2) == 0 ? view.Count - 1 : own.Next(view.Count);
                var best = Search(view, vectors[row], 1, 0.9f, VectorFilter.Live).Single();
                Assert.Equal(row, best.Row);
                Assert.InRange(best.Cosine, 0.999f, 1.001f);
                searches++;
            }
        })).ToArray();
        foreach (var vector in vectors)
            index.Add(vector);
        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public void Search_OnTheHotPath_AllocatesNothing()
    {
        var index = new VectorIndex(384);
        var random = new Random(3);
        for (var i = 0; i < 3000; i++)
            index.Add(CacheEntries.Unit(random, 384));
        var query = CacheEntries.Unit(random, 384);
        var matches = new VectorMatch[4];
        index.View().Search(query, -1, VectorFilter.Live, matches);
        var before = GC.GetAllocatedBytesForCurrentThread();
        index.View().Search(query, -1, VectorFilter.Live, matches);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Add_AnotherLength_IsRefused()
    {
        var index = new VectorIndex(4);
        Assert.Throws<ArgumentException>(() => index.Add([1, 0]));
        Assert.Throws<ArgumentException>(() => Search(index.View(), [1, 0], 1, 0, VectorFilter.Live));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Remove(0));
    }

    private static VectorMatch[] Search(VectorIndexView view, float[] query, int k, float minimum, VectorFilter filter)
    {
        var matches = new VectorMatch[k];
        return matches[..view.Search(query, minimum, filter, matches)];
    }

    private static (VectorMatch[] Matches, int Ties) SlowTwin(List<float[]> vectors, bool[] passes, float[] query, int k, int most)
    {
        var distances = vectors.Select(v => v.Zip(query, static (a, b) => a > 0 != b > 0 ? 1 : 0).Sum()).ToArray();
        var rows = Enumerable.Range(0, vectors.Count).Where(row => passes[row]).OrderBy(row => distances[row]).ToArray();
        var bound = rows.Length <= most ? int.MaxValue : distances[rows[most - 1]];
        var asked = new sbyte[query.Length];
        Int8Vectors.Quantize(query, asked);
        var stored = new sbyte[query.Length];
        var matches = rows.Where(row => distances[row] <= bound)
            .Select(row => (Row: row, Scale: Int8Vectors.Quantize(vectors[row], stored), Dot: Int8Vectors.DotScalar(asked, stored)))
            .OrderByDescending(r => r.Dot * r.Scale).ThenBy(r => r.Row).Take(4 * k)
            .Select(r => new VectorMatch(r.Row, TensorPrimitives.Dot<float>(query, vectors[r.Row])))
            .OrderByDescending(m => m.Cosine).ThenBy(m => m.Row).Take(k).ToArray();
        return (matches, distances.Where((d, row) => passes[row] && d == bound).Count());
    }
}
