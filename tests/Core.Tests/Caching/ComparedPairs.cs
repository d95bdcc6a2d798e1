using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

/// <summary>Pairs whose labels follow a known logistic of the cosine.</summary>
internal static class ComparedPairs
{
    public static readonly AcceptanceModel Prior = new()
    {
        Version = AcceptanceModel.CurrentVersion,
        Features = PairFeatures.Names,
        Mean = [.. PairFeatures.Names.Select(n => n == "cosine" ? 0.5 : 0.0)],
        Scale = [.. PairFeatures.Names.Select(n => n == "cosine" ? 0.25 : 1.0)],
        Weights = [.. PairFeatures.Names.Select(n => n == "verifierLogit" ? 1.0 : 0.0)],
        Bias = 0,
        Threshold = 0.9,
        Provenance = new AcceptanceProvenance
        {
            ModelSha256 = new Dictionary<string, string>(),
            Data = [],
            Method = "By hand.",
            HeldOutPairs = 0,
            HeldOutAveragePrecision = 0,
            Curve = [],
        },
    };

    /// <summary>Pairs of which cosine tells everything and the verifier nothing.</summary>
    public static List<ComparedPair> Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var cosine = random.NextDouble();
            var same = random.NextDouble() < 1 / (1 + Math.Exp(-20 * (cosine - 0.6)));
            var logit = (random.NextDouble() * 4) - 2;
            return Pair($"left {i}", $"right {i}", same, logit, cosine);
        })];
    }

    public static ComparedPair Pair(string a, string b, bool same, double logit, double cosine, MatchGuardReason guard = MatchGuardReason.None) =>
        new(a, b, same, new PairFeatures(logit, cosine, true, true, 1, 1, 1), guard);
}
