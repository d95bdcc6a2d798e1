using OrleansLlm.Core.Caching.Risk;

namespace OrleansLlm.Bench.Caching;

/// <summary>
/// Ours as it runs: the risk controller moves the threshold by labels of a sampled share of hits and of misses with a candidate. Labels are
/// the stream's own; the comparison of answers is not part of this measurement.
/// </summary>
internal sealed class RiskControlledCache(
    QuestionStream stream, RiskController controller, double hitShare, double missShare, Random random) : StreamCache(stream)
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    public RiskController Controller { get; } = controller;

    protected override QuestionStream.Edge? Serve(int question, QuestionStream.Edge[] candidates)
    {
        if (candidates.Length == 0)
            return null;
        var identical = Array.FindIndex(candidates, c => c.Identical);
        if (identical >= 0)
            return candidates[identical];
        var best = candidates.MaxBy(c => c.Probability);
        var served = Controller.Decision.Threshold;
        var hit = best.Probability >= served;
        // A fixed draw per question keeps runs with other thresholds comparable.
        // What nobody labelled ends like a comparison of answers that is not clear.
        if (random.NextDouble() < (hit ? hitShare : missShare) && best.IsRight is { } right)
            Controller.Add(new RiskLabel(best.Probability, !right, served, hitShare, missShare), Start);
        return hit ? best : null;
    }
}
