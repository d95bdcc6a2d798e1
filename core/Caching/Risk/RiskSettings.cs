namespace OrleansLlm.Core.Caching.Risk;

/// <summary>What <see cref="RiskController"/> promises, and on how much evidence.</summary>
/// <param name="MaxErrorRate">Largest share of semantic hits that may be wrong, in (0,1). Default 0.01.</param>
/// <param name="Confidence">Probability with which a proven bound holds at all times of an epoch, in (0,1). Default 0.95.</param>
/// <param name="ServeBeforeEvidence">
/// True (default): the shipped threshold serves until production labels speak against it, within <paramref name="LabelBudget"/>. False:
/// nothing is served by meaning until production labels have proven a threshold.
/// </param>
/// <param name="LabelBudget">
/// Labels within which a threshold that was taken on trust must be proven; then it is given up. At least 1, default 2,000: at the
/// default target the proof takes about 430 labels without an error, 1,150 at a true error rate of 0.25% and 1,400 at 0.3%.
/// </param>
/// <param name="Epoch">
/// After this long, and not before <paramref name="LabelBudget"/> labels, old labels are dropped and the threshold has to be proven afresh. Default 30 days.
/// </param>
public sealed record RiskSettings(
    double MaxErrorRate = 0.01, double Confidence = 0.95, bool ServeBeforeEvidence = true, int LabelBudget = 2000, TimeSpan? Epoch = null)
{
    public static TimeSpan DefaultEpoch { get; } = TimeSpan.FromDays(30);

    /// <summary>How long labels count at least.</summary>
    public TimeSpan EpochLength => Epoch ?? DefaultEpoch;

    /// <summary>What is wrong with the settings, or null.</summary>
    public string? Validate()
    {
        if (MaxErrorRate is not (> 0 and < 1))
            return $"MaxErrorRate is {MaxErrorRate}; it must lie between 0 and 1";
        if (Confidence is not (> 0 and < 1))
            return $"Confidence is {Confidence}; it must lie between 0 and 1";
        if (LabelBudget < 1)
            return $"LabelBudget is {LabelBudget}; it must be at least 1";
        return EpochLength > TimeSpan.Zero ? null : $"Epoch is {EpochLength}; it must be longer than nothing";
    }
}
