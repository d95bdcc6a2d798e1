using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// Sentences that say what a term means ("“Late Fee” means …"), as contracts open with: a sentence that uses the term cannot be understood without, and they
/// need not share another word with the question.
/// </summary>
internal static partial class Definitions
{
    // Who uses the terms: what is further down the ranking is there to fill the budget.
    private const int BestSentences = 3;

    /// <summary>Raises each definition to the best of the best sentences that use its term.</summary>
    public static void Lend(double[] scores, ReadOnlySpan<char> context, ReadOnlySpan<ContextUnit> units, ReadOnlySpan<int> live)
    {
        int[]? best = null;
        var raised = new List<(int Sentence, double Score)>();
        for (var i = 0; i < live.Length; i++)
        {
            var sentence = context[units[live[i]].Start..units[live[i]].End];
            if (sentence.IsEmpty || sentence[0] is not ('"' or '“' or '„' or '«') || !Definition().IsMatch(sentence))
                continue;
            var term = sentence[1..(1 + sentence[1..].IndexOfAny("\"”“»"))].Trim();
            best ??= [.. Enumerable.Range(0, scores.Length).OrderByDescending(s => scores[s]).Take(BestSentences)];
            foreach (var user in best)
            {
                if (user != i && scores[user] > scores[i] && context[units[live[user]].Start..units[live[user]].End].Contains(term, StringComparison.Ordinal))
                    raised.Add((i, scores[user]));
            }
        }

        foreach (var (sentence, score) in raised)
            scores[sentence] = Math.Max(scores[sentence], score);
    }

    [GeneratedRegex(
        "^[\"“„«]\\s?[^\"”“»]{2,60}[\"”“»] (?:shall )?(?:means?|refers? to|is defined|has the meaning|bezeichnet|bedeutet|désigne|signifie|significa|betekent)\\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Definition();
}
