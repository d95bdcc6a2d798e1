namespace OrleansLlm.Core.Caching.Risk;

/// <summary>
/// What an upstream answer said of one would-be hit. A hit is labelled with probability <paramref name="HitShare"/>; a miss whose best
/// candidate scored below the threshold has its upstream answer anyway, and is labelled with probability <paramref name="MissShare"/>.
/// </summary>
/// <param name="Score">Accept probability of the candidate, in [0,1].</param>
/// <param name="IsWrong">Whether the candidate's answer is another than the upstream's.</param>
/// <param name="ServedFrom">The threshold in force when the request was served; null where nothing was served by meaning.</param>
/// <param name="HitShare">Probability with which a hit was sampled, in [0,1].</param>
/// <param name="MissShare">Probability with which a miss was sampled, in [0,1].</param>
public readonly record struct RiskLabel(double Score, bool IsWrong, double? ServedFrom, double HitShare, double MissShare)
{
    /// <summary>Whether the candidate's answer was given to the caller.</summary>
    public bool WasHit => Score >= ServedFrom;

    /// <summary>
    /// Weight of the label as evidence on all would-be hits at <paramref name="threshold"/>, in [0,1]: inverse to the probability with which
    /// its kind was sampled, so that hits and misses count by their true shares. 0 where one of the two kinds is never sampled.
    /// </summary>
    public double WeightAt(double threshold)
    {
        if (ServedFrom is not { } served || threshold >= served)
            return 1;
        var least = Math.Min(HitShare, MissShare);
        return least <= 0 ? 0 : least / (WasHit ? HitShare : MissShare);
    }
}
