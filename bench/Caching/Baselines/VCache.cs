using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Bench.Caching.Baselines;

/// <summary>
/// vCache (Schroeder et al., ICLR 2026) from its published formulas: every entry keeps its own observations (similarity, right or wrong) and a
/// logistic fit over them; a request whose nearest entry is not sure enough explores, that is, asks the model and learns. Bounds the error
/// per request, not per hit.
/// </summary>
internal sealed class VCache(QuestionStream stream, double errorRate, Random random) : StreamCache(stream)
{
    private const int Levels = 50;

    // Keeps separable observations finite; small beside one observation.
    private const double Ridge = 0.01;
    private readonly Dictionary<int, Entry> _entries = [];
    private bool _exploredRight;

    protected override QuestionStream.Edge? Serve(int question, QuestionStream.Edge[] candidates)
    {
        _exploredRight = false;
        if (candidates.Length == 0)
            return null;
        var (nearest, similarity) = (candidates[0].Other, candidates[0].Cosine);
        if (!_entries.TryGetValue(nearest, out var entry))
            _entries[nearest] = entry = new Entry();
        if (random.NextDouble() > entry.ExploreProbability(similarity, errorRate))
            return candidates[0];
        if (candidates[0].IsRight is { } right)
        {
            _exploredRight = right;
            entry.Observe(similarity, right);
        }

        return null;
    }

    protected override bool Stores(int question, QuestionStream.Edge[] candidates) => !_exploredRight;

    private sealed class Entry
    {
        private readonly List<double> _similarities = [0, 1];
        private readonly List<bool> _right = [false, true];
        private (double Slope, double Midpoint, double Deviation)? _fit;

        public void Observe(double similarity, bool right)
        {
            _similarities.Add(similarity);
            _right.Add(right);
            _fit = null;
        }

        // tau = min over confidences 1 - e of ((1 - delta) - alpha) / (1 - alpha), alpha = (1 - e) * sigmoid(slope * (s - t')).
        public double ExploreProbability(double similarity, double errorRate)
        {
            var (slope, midpoint, deviation) = _fit ??= Fit();
            var least = 1.0;
            for (var level = 1; level <= Levels; level++)
            {
                var e = (double)level / (Levels + 1);
                var shifted = Math.Clamp(midpoint + (NormalQuantile(1 - e) * deviation), 0, 1);
                var alpha = (1 - e) / (1 + Math.Exp(-slope * (similarity - shifted)));
                least = Math.Min(least, (1 - errorRate - alpha) / (1 - alpha));
            }

            return Math.Clamp(least, 0, 1);
        }

        private (double Slope, double Midpoint, double Deviation) Fit()
        {
            var fit = LogisticRegression.Fit([.. _similarities], 1, [.. _right], [], Ridge);
            var (slope, bias) = (Math.Max(fit.Weights[0], 1e-6), fit.Bias);
            double a = Ridge, b = 0, c = 1e-9;
            foreach (var s in _similarities)
            {
                var p = 1 / (1 + Math.Exp(-((slope * s) + bias)));
                var curvature = p * (1 - p);
                a += curvature * s * s;
                b += curvature * s;
                c += curvature;
            }

            // Delta method: the midpoint is -bias / slope.
            var determinant = Math.Max((a * c) - (b * b), 1e-12);
            var (bySlope, byBias) = (bias / (slope * slope), -1 / slope);
            var variance = ((bySlope * bySlope * c) - (2 * bySlope * byBias * b) + (byBias * byBias * a)) / determinant;
            return (slope, Math.Clamp(-bias / slope, 0, 1), Math.Sqrt(Math.Max(0, variance)));
        }

        // Inverse of the normal distribution by bisection on its integral (Abramowitz and Stegun 7.1.26, error below 1.5e-7).
        private static double NormalQuantile(double p)
        {
            double low = -6, high = 6;
            for (var i = 0; i < 50; i++)
            {
                var middle = (low + high) / 2;
                if (Normal(middle) < p)
                    low = middle;
                else
                    high = middle;
            }

            return (low + high) / 2;
        }

        private static double Normal(double x)
        {
            var z = Math.Abs(x) / Math.Sqrt(2);
            var t = 1 / (1 + (0.3275911 * z));
            var erf = 1 - (((((((((1.061405429 * t) - 1.453152027) * t) + 1.421413741) * t) - 0.284496736) * t) + 0.254829592) * t * Math.Exp(-z * z));
            return x >= 0 ? (1 + erf) / 2 : (1 - erf) / 2;
        }
    }
}
