namespace OrleansLlm.Core.Caching;

/// <summary>
/// Compares the answer that the cache gave with the one that the upstream gives: words first, then the pair verifier's logit on the
/// answers. What is not clear is <see cref="AnswerVerdict.Unsure"/>. Symmetric.
/// </summary>
/// <remarks>
/// The verifier reads 128 tokens of both texts together, so that of longer answers it sees the head, where the direct reply mostly
/// stands; numbers are compared over the whole.
/// </remarks>
public static class AnswerEquivalence
{
    /// <summary>
    /// Mean logit of both orders from which answers count as equivalent. On 999 reworded statements (GPTCache's mock data) and 3,236 pairs of
    /// negated or opposite ones, see <c>bench -- cache-quality</c>.
    /// </summary>
    public const double EquivalentLogit = 2.0;

    /// <summary>Mean logit of both orders at or below which answers count as different.</summary>
    public const double DifferentLogit = -1.0;

    // About half of the verifier's window.
    private const int HeadCharacters = 240;
    private const int ShortWords = 40;
    private const double OtherwiseEqual = 0.5;

    /// <summary>What the words alone say; <see cref="AnswerReason.AskVerifier"/> where they leave it open.</summary>
    public static AnswerComparison Compare(string cached, string fresh)
    {
        ArgumentNullException.ThrowIfNull(cached);
        ArgumentNullException.ThrowIfNull(fresh);
        if (string.IsNullOrWhiteSpace(cached) || string.IsNullOrWhiteSpace(fresh))
            return new(AnswerVerdict.Unsure, AnswerReason.Unreadable);
        if (string.Equals(QuestionText.Normalize(cached), QuestionText.Normalize(fresh), StringComparison.OrdinalIgnoreCase))
            return new(AnswerVerdict.Equivalent, AnswerReason.IdenticalText);
        var a = QuestionProfile.Read(WithoutListMarks(cached));
        var b = QuestionProfile.Read(WithoutListMarks(fresh));
        if (a.IsForeign || b.IsForeign)
            return new(AnswerVerdict.Unsure, AnswerReason.Unreadable);
        var onlyA = QuantityMatching.HasUnmatched(a.Quantities, b.Quantities);
        var onlyB = QuantityMatching.HasUnmatched(b.Quantities, a.Quantities);
        if (onlyA && onlyB)
            return new(AnswerVerdict.Different, AnswerReason.NumbersDiffer);
        if (YesOrNo(a) is { } yes && YesOrNo(b) is { } other && yes != other)
            return new(AnswerVerdict.Different, AnswerReason.NegationDiffers);
        if (Math.Max(a.Tokens.Count, b.Tokens.Count) <= ShortWords)
        {
            if (Contrasts.Differ(a.Terms, b.Terms))
                return new(AnswerVerdict.Different, AnswerReason.OppositesDiffer);
            if (((a.Negations ^ b.Negations) & 1) == 1 && new PairAlignment(a, b).ContentOverlap >= OtherwiseEqual)
                return new(AnswerVerdict.Different, AnswerReason.NegationDiffers);
        }

        return new(AnswerVerdict.Unsure, onlyA || onlyB ? AnswerReason.NumbersMissing : AnswerReason.AskVerifier);
    }

    /// <summary>What the verifier's mean logit of (a, b) and (b, a) says; a logit that is no number says nothing.</summary>
    public static AnswerComparison Judge(double logit) => new(
        logit >= EquivalentLogit ? AnswerVerdict.Equivalent : logit <= DifferentLogit ? AnswerVerdict.Different : AnswerVerdict.Unsure,
        AnswerReason.Verifier);

    /// <summary>The part of an answer that the verifier is shown: whole words up to half of its window.</summary>
    public static string Head(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.Length <= HeadCharacters)
            return answer;
        var space = answer.LastIndexOfAny([' ', '\n', '\t'], HeadCharacters);
        var end = space > 0 ? space : HeadCharacters;
        return answer[..(char.IsHighSurrogate(answer[end - 1]) ? end - 1 : end)];
    }

    private static bool? YesOrNo(QuestionProfile answer) => answer.Tokens.Count == 0 ? null : answer.Tokens[0].Lower switch
    {
        "yes" => true,
        "no" => false,
        _ => null,
    };

    // "1." at the beginning of a line counts items and nothing else.
    private static string WithoutListMarks(string answer)
    {
        if (!answer.Contains('\n', StringComparison.Ordinal))
            return answer;
        var lines = answer.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimStart();
            var digits = 0;
            while (digits < line.Length && char.IsAsciiDigit(line[digits]))
                digits++;
            if ((digits is 1 or 2) && digits + 1 < line.Length && (line[digits] is '.' or ')') && line[digits + 1] == ' ')
                lines[i] = line[(digits + 2)..];
        }

        return string.Join('\n', lines);
    }
}
