using OrleansLlm.Core.Caching;

namespace OrleansLlm.Bench.Caching;

/// <summary>How the comparison of answers does on statements: reworded ones, and ones that negate or oppose each other.</summary>
internal static class AnswerPairs
{
    public static void Report(SuiteContext context, string suite, string set, IReadOnlyList<ComparedPair> scored)
    {
        foreach (var group in scored.GroupBy(s => s.Same))
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

    private static AnswerComparison Compare(ComparedPair scored)
    {
        var comparison = AnswerEquivalence.Compare(scored.A, scored.B);
        return comparison.Reason == AnswerReason.AskModels
            ? AnswerEquivalence.Judge(scored.A, scored.B, scored.Features.Cosine, scored.Features.VerifierLogit)
            : comparison;
    }
}
