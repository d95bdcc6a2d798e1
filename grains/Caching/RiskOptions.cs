using System.ComponentModel.DataAnnotations;
using OrleansLlm.Core.Caching.Risk;

namespace OrleansLlm.Grains.Caching;

/// <summary><c>OrleansLlm:Risk</c>: the promise per semantic hit and where its labels come from. Takes effect at start.</summary>
public sealed class RiskOptions
{
    /// <value>Largest share of semantic hits that may be wrong, 0.0001 to 0.5. Default 0.01.</value>
    [Range(0.0001, 0.5)]
    public double MaxErrorRate { get; set; } = 0.01;

    /// <value>Probability with which a proven bound holds throughout an epoch, 0.5 to 0.9999. Default 0.95.</value>
    [Range(0.5, 0.9999)]
    public double Confidence { get; set; } = 0.95;

    /// <value>True (default): the shipped threshold serves until labels speak against it. False: nothing is served by meaning before labels prove a threshold.</value>
    public bool ServeBeforeEvidence { get; set; } = true;

    /// <value>Labels within which a threshold taken on trust must be proven, 1 to a million. Default 2,000.</value>
    [Range(1, 1_000_000)]
    public int LabelBudget { get; set; } = 2000;

    /// <value>How long labels count at least; then the threshold must be proven afresh. One hour to ten years, default 30 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan Epoch { get; set; } = RiskSettings.DefaultEpoch;

    /// <value>Share of semantic hits that also go upstream after the reply, 0 (never) to 1. Default 0.02. Each costs a call, which the ledger shows. At 0 only callers' verdicts judge what is served: it can be stopped and never proven.</value>
    [Range(0.0, 1.0)]
    public double ShadowShare { get; set; } = 0.02;

    /// <value>Share of misses with a refused candidate whose answer is compared with the candidate's, 0 to 1. Default 0.1. Costs inference and no call.</value>
    [Range(0.0, 1.0)]
    public double CompareShare { get; set; } = 0.1;

    /// <value>Model that judges comparisons which words and the local models leave open; each is a call that is billed and ledgered as <c>verification</c>. Default none: such comparisons count neither way.</value>
    public string? JudgeModel { get; set; }

    /// <value>Most comparisons waiting, 1 to 100,000; beyond it they are skipped. Default 256.</value>
    [Range(1, 100_000)]
    public int Queue { get; set; } = 256;

    internal RiskSettings ToSettings() => new(MaxErrorRate, Confidence, ServeBeforeEvidence, LabelBudget, Epoch);
}
