namespace OrleansLlm.Core.Caching.Risk;

/// <summary>From which accept probability answers are served by meaning.</summary>
/// <param name="Threshold">Accept probability in (0,1); null where nothing is served by meaning.</param>
/// <param name="Reason">Why.</param>
/// <param name="ErrorRate">Wrong share of the labels at the threshold (stopped: at the strictest rung that has labels); 0 without labels.</param>
/// <param name="Labels">Labels of this epoch at that threshold.</param>
/// <param name="Wrong">Those of them that say wrong.</param>
public readonly record struct RiskDecision(
    double? Threshold, RiskReason Reason, double ErrorRate, long Labels, long Wrong)
{
    public bool IsStopped => Threshold is null;
}
