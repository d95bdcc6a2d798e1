using System.Globalization;
using OrleansLlm.Bench.Caching.Baselines;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Bench.Caching;

/// <summary>
/// Hit rate of a full cache by who leaves it: the product's rule (dollars of decayed hits per byte; a newcomer worth less than all that is held
/// leaves itself), beside least recently used and a TinyLFU gate before the product's rule. Streams: Quora questions in recorded order, where
/// asking anything of the same duplicate cluster is a hit; the same with three web queries, asked once each, to every question; and questions
/// drawn anew by Zipf's law, so that exact requests repeat. All answers cost and weigh the same, so hits and dollars agree.
/// </summary>
internal sealed class CacheEvictionSuite : ISuite
{
    private static readonly double[] Shares = [0.05, 0.10, 0.20];
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HalfLife = TimeSpan.FromDays(1);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public string Name => "cache-eviction";

    public string Summary => "Hit rate of a full cache by eviction and admission rule, on recorded streams (--data)";

    public Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        if (context.DataFile("cache/qqp.stream.dev.jsonl.gz") is not { } stream || context.DataFile("cache/webqueries.mq.jsonl.gz") is not { } web)
            return Task.FromResult(1);
        var questions = SuiteContext.ReadJsonLines(stream).Select(static row => "a" + row.GetProperty("answer_id").GetInt32().ToString(CultureInfo.InvariantCulture)).ToList();
        var once = SuiteContext.ReadJsonLines(web).Select(static row => "w" + row.GetProperty("id").ToString()).ToList();
        var flooded = questions.SelectMany((q, i) => Enumerable.Range(0, 3).Select(j => once[(3 * i + j) % once.Count]).Prepend(q)).ToList();
        Report(context, "qqp-stream-dev", questions, questions.Distinct().Count());
        Report(context, "qqp-stream-dev-and-3-web-queries-each", flooded, questions.Distinct().Count());
        Report(context, "synthetic-zipf-0.9-repeats", Zipf(questions.Distinct().ToList(), 60_000), questions.Distinct().Count());
        return Task.FromResult(0);
    }

    private void Report(SuiteContext context, string set, List<string> stream, int answers)
    {
        foreach (var share in Shares)
        {
            var capacity = (int)(answers * share);
            var metric = string.Create(CultureInfo.InvariantCulture, $"{set}.capacity-{share:0.00}");
            context.Report(Name, metric + ".lru", LeastRecent(stream, capacity), "hit share", stream.Count);
            context.Report(Name, metric + ".tinylfu-gate", Gated(stream, capacity), "hit share", stream.Count);
            context.Report(Name, metric + ".dollars-per-byte", Shard(stream, capacity), "hit share", stream.Count);
        }
    }

    private static double LeastRecent(List<string> stream, int capacity)
    {
        var order = new LinkedList<string>();
        var held = new Dictionary<string, LinkedListNode<string>>();
        var hits = 0;
        foreach (var key in stream)
        {
            if (held.Remove(key, out var node))
            {
                hits++;
                order.Remove(node);
            }
            else if (held.Count == capacity)
            {
                held.Remove(order.First!.Value);
                order.RemoveFirst();
            }

            held[key] = order.AddLast(key);
        }

        return (double)hits / stream.Count;
    }

    private static double Gated(List<string> stream, int capacity)
    {
        var policy = new EvictionPolicy(HalfLife);
        var sketch = new FrequencySketch(capacity);
        var ids = new Dictionary<string, int>();
        var names = new List<string>();
        var (hits, now) = (0, Start);
        foreach (var key in stream)
        {
            now += Pace;
            sketch.Count(key);
            if (ids.TryGetValue(key, out var id))
            {
                hits++;
                policy.Hit(id, now);
                continue;
            }

            if (policy.Count == capacity && sketch.Estimate(key) <= sketch.Estimate(names[policy.Lowest!.Value]))
                continue;
            foreach (var left in policy.MakeRoom(capacity - 1, long.MaxValue, newcomer: -1))
                ids.Remove(names[left]);
            ids[key] = names.Count;
            policy.Add(names.Count, EntryWorth.New(0.01m, now), 1_000);
            names.Add(key);
        }

        return (double)hits / stream.Count;
    }

    private static double Shard(List<string> stream, int capacity)
    {
        var contents = new ShardContents(QuestionEmbeddings.Dimension, new ShardLimits(capacity, long.MaxValue, HalfLife));
        var (hits, now) = (0, Start);
        foreach (var key in stream)
        {
            now += Pace;
            // One length, so that all have one size.
            var fingerprint = key.PadLeft(64);
            if (contents.Hit(fingerprint, now) is not null)
                hits++;
            else
                contents.Put(Entry(fingerprint, now), now);
        }

        return (double)hits / stream.Count;
    }

    private static CacheEntry Entry(string fingerprint, DateTimeOffset now) => new()
    {
        Fingerprint = fingerprint,
        Question = "",
        Embedding = [],
        Model = "m",
        CreatedAt = now,
        ExpiresAt = now.AddYears(1),
        Usage = default,
        Worth = EntryWorth.New(0.01m, now),
        Answer = new byte[600],
    };

    private static List<string> Zipf(List<string> keys, int count)
    {
        var random = new Random(5);
        var sums = new double[keys.Count];
        var sum = 0.0;
        for (var i = 0; i < sums.Length; i++)
            sums[i] = sum += Math.Pow(i + 1, -0.9);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var at = Array.BinarySearch(sums, random.NextDouble() * sum);
            return keys[Math.Min(at < 0 ? ~at : at, keys.Count - 1)];
        })];
    }
}
