using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace OrleansLlm.Bench.Routing.Baselines;

/// <summary>Logistic regression over hashed words and pairs of words, by AdaGrad: what a model without any embedding reaches.</summary>
internal sealed partial class NgramRouter
{
    private const int Buckets = 1 << 16;
    private const int Epochs = 5;
    private const double Rate = 0.2;
    private const double Penalty = 1e-5;

    private readonly double[] _weights = new double[Buckets + 1];

    public NgramRouter(IReadOnlyList<(RoutedText Text, bool IsSimple)> rows)
    {
        var squares = new double[Buckets + 1];
        Array.Fill(squares, 1e-3);
        var grams = rows.Select(r => Grams(r.Text.Text)).ToList();
        var order = Enumerable.Range(0, rows.Count).ToArray();
        var random = new Random(7);
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            random.Shuffle(order);
            foreach (var i in order)
            {
                var error = 1 / (1 + Math.Exp(-Sum(grams[i]))) - (rows[i].IsSimple ? 0 : 1);
                foreach (var (bucket, value) in grams[i])
                {
                    var gradient = (error * value) + (Penalty * _weights[bucket]);
                    squares[bucket] += gradient * gradient;
                    _weights[bucket] -= Rate / Math.Sqrt(squares[bucket]) * gradient;
                }
            }
        }
    }

    /// <summary>Logit that the strong model is needed.</summary>
    public double Score(RoutedText text) => Sum(Grams(text.Text));

    private static List<(int Bucket, double Value)> Grams(string text)
    {
        var words = Word().Matches(text.ToLowerInvariant()).Select(m => m.Value).ToList();
        var counts = new Dictionary<int, int>();
        for (var i = 0; i < words.Count; i++)
        {
            Count(words[i]);
            if (i > 0)
                Count(words[i - 1] + " " + words[i]);
        }

        var norm = Math.Sqrt(counts.Values.Sum(c => Math.Pow(Math.Log(1 + c), 2)) + 1e-9);
        return [.. counts.Select(c => (c.Key, Math.Log(1 + c.Value) / norm)), (Buckets, 1.0)];

        void Count(string gram)
        {
            var bucket = (int)(XxHash64.HashToUInt64(MemoryMarshal.AsBytes(gram.AsSpan())) % Buckets);
            counts[bucket] = counts.GetValueOrDefault(bucket) + 1;
        }
    }

    private double Sum(List<(int Bucket, double Value)> grams) => grams.Sum(g => _weights[g.Bucket] * g.Value);

    [GeneratedRegex(@"[a-z0-9]+|[^\sa-z0-9]")]
    private static partial Regex Word();
}
