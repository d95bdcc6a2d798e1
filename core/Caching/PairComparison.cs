namespace OrleansLlm.Core.Caching;

/// <summary>
/// Two questions held side by side, without any model. Cheap enough (some microseconds) to come before the verifier: a guard that
/// speaks saves the inference.
/// </summary>
/// <param name="Guard">The rule that forbids the match, or <see cref="MatchGuardReason.None"/>.</param>
/// <param name="NumbersEqual">Both hold the same numbers, with compatible units.</param>
/// <param name="NegationParityEqual">Both are negated an even, or both an odd number of times.</param>
/// <param name="EntityOverlap">Share of the names of either side that the other side has too, in [0,1]; 1 where neither names anything.</param>
/// <param name="LengthRatio">Words of the shorter over words of the longer question, in (0,1].</param>
/// <param name="ContentOverlap">Share of the content words of either side that the other side has too, in [0,1].</param>
public readonly record struct PairComparison(
    MatchGuardReason Guard, bool NumbersEqual, bool NegationParityEqual, double EntityOverlap, double LengthRatio, double ContentOverlap)
{
    /// <summary>Compares the question of a cached answer with the one that was asked. Symmetric.</summary>
    public static PairComparison Of(QuestionProfile cached, QuestionProfile asked)
    {
        ArgumentNullException.ThrowIfNull(cached);
        ArgumentNullException.ThrowIfNull(asked);
        var alignment = new PairAlignment(cached, asked);
        var quantities = QuantityMatching.Compare(cached.Quantities, asked.Quantities);
        var negationEqual = (cached.Negations & 1) == (asked.Negations & 1);
        var longer = Math.Max(1, Math.Max(cached.Tokens.Count, asked.Tokens.Count));
        return new(
            MatchGuard.Check(cached, asked, alignment, quantities, negationEqual),
            quantities == MatchGuardReason.None,
            negationEqual,
            alignment.EntityOverlap,
            Math.Max(1.0, Math.Min(cached.Tokens.Count, asked.Tokens.Count)) / longer,
            alignment.ContentOverlap);
    }
}
