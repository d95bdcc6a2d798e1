namespace OrleansLlm.Core.Caching;

/// <summary>A labelled pair of questions as <see cref="AcceptancePolicy"/> sees it.</summary>
/// <param name="A">The one question.</param>
/// <param name="B">The other.</param>
/// <param name="Same">Whether one answer serves both.</param>
/// <param name="Features">What models and words say of them.</param>
/// <param name="Guard">The rule that forbids the match, or None.</param>
public sealed record ComparedPair(string A, string B, bool Same, PairFeatures Features, MatchGuardReason Guard)
{
    /// <summary>The score as the cache decides: 1 for the identical text, minus infinity where a rule forbids the match.</summary>
    public double Score(AcceptancePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (QuestionText.Normalize(A) == QuestionText.Normalize(B) && !QuestionText.IsContentFree(B))
            return 1;
        return Guard == MatchGuardReason.None ? policy.Probability(Features) : double.NegativeInfinity;
    }
}
