using System.Security.Cryptography;
using System.Text;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Bench.Caching;

/// <summary>
/// Fits <c>models/acceptance.json</c>: a logistic over the pair features on one half of QQP dev (the verifier was trained on QQP train,
/// where its logits are over-confident), the threshold chosen on that half, the figures told on the other. The halves are divided by a
/// hash of the first question, so that a second run gives the same file.
/// </summary>
internal sealed class CacheFitSuite : ISuite
{
    private const string Data = "qqp.pairs.dev.jsonl.gz";
    private const double MostWrong = 0.01;

    public string Name => "cache-fit";

    public string Summary => "Fits the cache's acceptance policy and writes it beside the models (--models names the folder)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        if (await PairFile.ReadAsync(context, Data, 1, cancellationToken) is not { } file)
            return 1;
        await using var engine = await BenchEngine.StartAsync(context, "embedder", "verifier");
        if (engine is null)
            return 1;
        var scored = await PairScorer.ScoreAsync(engine, file, cancellationToken);
        var fitHalf = scored.Where(s => InFitHalf(s.A)).ToList();
        var heldOut = scored.Where(s => !InFitHalf(s.A)).ToList();
        // What the rules forbid is never put to the policy, so it is not fitted on either.
        var allowed = fitHalf.Where(s => s.Guard == MatchGuardReason.None).ToList();
        var unthresholded = Model(allowed, threshold: 0.5, [], 0, 0, engine, file);
        var policy = new AcceptancePolicy(unthresholded);
        var threshold = ChooseThreshold(new PrecisionRecall(fitHalf.Select(s => (s.Score(policy), s.Same))));
        var curve = new PrecisionRecall(heldOut.Select(s => (s.Score(policy), s.Same)));
        var points = Enumerable.Range(10, 10).Select(i => i / 20.0).Append(0.97).Append(0.98).Append(0.99).Append(threshold).Distinct().Order()
            .Select(curve.Point).ToList();
        var model = Model(allowed, threshold, points, heldOut.Count, curve.AveragePrecision, engine, file);
        await using (var output = File.Create(Path.Combine(context.ModelsDirectory, "acceptance.json")))
            AcceptancePolicy.Write(output, model);

        context.Report(Name, "threshold", threshold, "probability", fitHalf.Count);
        context.Report(Name, "heldout.average-precision", curve.AveragePrecision, "share", heldOut.Count);
        var shipped = curve.Point(threshold);
        context.Report(Name, "heldout.precision", shipped.Precision, "share", curve.At(threshold).Served);
        context.Report(Name, "heldout.recall", shipped.Recall, "share", curve.Positives);
        return 0;
    }

    // The lowest threshold on a grid that serves at most this share of the different pairs. Not a precision: QQP marks many paraphrases
    // as different, so that precision there has a ceiling that says nothing of the policy.
    private static double ChooseThreshold(PrecisionRecall fit)
    {
        for (var step = 50; step < 99; step++)
        {
            var (served, right) = fit.At(step / 100.0);
            if (served - right <= MostWrong * (fit.Count - fit.Positives))
                return step / 100.0;
        }

        return 0.99;
    }

    /// <summary>Whether the pair of this first question is one of those fitted on.</summary>
    public static bool InFitHalf(string first) => (SHA256.HashData(Encoding.UTF8.GetBytes(first))[0] & 1) == 0;

    private static AcceptanceModel Model(
        List<ComparedPair> pairs, double threshold, List<OperatingPoint> curve, int heldOutPairs, double averagePrecision, BenchEngine engine, PairFile file)
    {
        var weights = AcceptanceFit.FromScratch(pairs);
        return new AcceptanceModel
        {
            Version = AcceptanceModel.CurrentVersion,
            Features = PairFeatures.Names,
            Mean = weights.Mean,
            Scale = weights.Scale,
            Weights = weights.Weights,
            Bias = weights.Bias,
            Threshold = threshold,
            Provenance = new AcceptanceProvenance
            {
                ModelSha256 = new Dictionary<string, string> { ["embedder"] = engine.Sha256("embedder"), ["verifier"] = engine.Sha256("verifier") },
                Data = [new FittedData(file.Name, file.Sha256, pairs.Count, 1)],
                Method = "Logistic regression (L2 1.0, standardised features) on the half of QQP dev whose first question's SHA-256 starts with an even byte,"
                    + $" pairs that no rule forbids. Threshold: the lowest that serves at most {MostWrong} of that half's different pairs."
                    + " Figures: the other half, rules included.",
                HeldOutPairs = heldOutPairs,
                HeldOutAveragePrecision = averagePrecision,
                Curve = curve,
            },
        };
    }
}
