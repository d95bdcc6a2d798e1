namespace OrleansLlm.Core.Caching;

/// <summary>
/// Compares the answer that the cache gave with the one that the upstream gives: words first, then the models. What is not clear is
/// <see cref="AnswerVerdict.Unsure"/>: a wrong label costs more than a missing one. Symmetric.
/// </summary>
/// <remarks>
/// The shipped verifier was trained on questions and calls reworded statements different (median logit -3.4 on 999 of GPTCache's mock pairs), so
/// that only its yes counts here; a no is no evidence. Figures of every rule: <c>bench -- cache-quality</c>. It reads 128 tokens of both
/// texts together, the embedder 256 of each: of longer answers the models see the head, numbers are compared over the whole.
/// </remarks>
public static class AnswerEquivalence
{
    /// <summary>Mean logit of both orders from which the verifier's yes counts.</summary>
    public const double EquivalentLogit = 2.0;

    /// <summary>Cosine similarity from which answers without any difference that a rule sees are equivalent.</summary>
    public const double EquivalentCosine = 0.92;

    /// <summary>Cosine similarity at or below which answers are different; reworded ones stay above 0.7.</summary>
    public const double DifferentCosine = 0.5;

    // About half of the verifier's window.
    private const int HeadCharacters = 240;
    private const int ShortWords = 40;

    // A negation apart in otherwise the same words; with fewer in common it is as often a rewording ("cannot", "is unable to").
    private const double SameWords = 0.9;
    private const double OneWordApart = 0.75;

    /// <summary>What the words alone say; <see cref="AnswerReason.AskModels"/> where they leave it open.</summary>
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
            var overlap = new PairAlignment(a, b).ContentOverlap;
            if (overlap >= OneWordApart && Contrasts.Differ(a.Terms, b.Terms))
                return new(AnswerVerdict.Different, AnswerReason.OppositesDiffer);
            if (overlap >= SameWords && ((a.Negations ^ b.Negations) & 1) == 1)
                return new(AnswerVerdict.Different, AnswerReason.NegationDiffers);
        }

        return new(AnswerVerdict.Unsure, onlyA || onlyB ? AnswerReason.NumbersMissing : AnswerReason.AskModels);
    }

    /// <summary>What the models say of answers that the words leave open.</summary>
    /// <param name="cached">The one answer.</param>
    /// <param name="fresh">The other.</param>
    /// <param name="cosine">Cosine similarity of their embeddings.</param>
    /// <param name="logit">The verifier's mean logit of both orders of their heads.</param>
    public static AnswerComparison Judge(string cached, string fresh, double cosine, double logit)
    {
        if (cosine <= DifferentCosine)
            return new(AnswerVerdict.Different, AnswerReason.Cosine);
        if (logit >= EquivalentLogit)
            return new(AnswerVerdict.Equivalent, AnswerReason.Verifier);
        return cosine >= EquivalentCosine && !RuleSeesDifference(cached, fresh)
            ? new(AnswerVerdict.Equivalent, AnswerReason.Cosine)
            : new(AnswerVerdict.Unsure, AnswerReason.Unclear);
    }

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

    // Of long texts the rules for questions say nothing: there is always a name or a word on one side alone.
    private static bool RuleSeesDifference(string cached, string fresh)
    {
        var a = QuestionProfile.Read(cached);
        var b = QuestionProfile.Read(fresh);
        return Math.Max(a.Tokens.Count, b.Tokens.Count) <= ShortWords && MatchGuard.Check(a, b) != MatchGuardReason.None;
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
