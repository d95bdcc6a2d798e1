using OrleansLlm.Core.Caching;

namespace OrleansLlm.Bench.Caching;

/// <summary>How the comparison of answers does on statements: reworded ones, and ones that negate or oppose each other.</summary>
internal static class AnswerPairs
{
    public static void Report(SuiteContext context, string suite, string set, IReadOnlyList<ScoredPair> scored)
    {
        foreach (var group in scored.GroupBy(s => s.Pair.Same))
        {
            var comparisons = group.Select(Compare).ToList();
            foreach (var (comparison, count) in comparisons.CountBy(c => c).OrderBy(c => c.Key.Verdict).ThenBy(c => c.Key.Reason))
            {
                context.Report(
                    suite, $"{set}.answers.{(group.Key ? "same" : "different")}.{comparison.Verdict}.{comparison.Reason}",
                    count / (double)comparisons.Count, "share", comparisons.Count);
            }
        }
    }

    private static AnswerComparison Compare(ScoredPair scored)
    {
        var comparison = AnswerEquivalence.Compare(scored.Pair.A, scored.Pair.B);
        return comparison.Reason == AnswerReason.AskModels
            ? AnswerEquivalence.Judge(scored.Pair.A, scored.Pair.B, scored.Features.Cosine, scored.Features.VerifierLogit)
            : comparison;
    }
}
