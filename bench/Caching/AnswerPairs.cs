using OrleansLlm.Core.Caching;

namespace OrleansLlm.Bench.Caching;

/// <summary>How the comparison of answers does on statements: reworded ones, and ones that negate or oppose each other.</summary>
internal static class AnswerPairs
{
    public static void Report(SuiteContext context, string suite, string set, IReadOnlyList<ScoredPair> scored)
    {
        foreach (var group in scored.GroupBy(s => s.Pair.Same))
        {
            var verdicts = group.Select(s => Compare(s).Verdict).ToList();
            foreach (var verdict in Enum.GetValues<AnswerVerdict>())
            {
                context.Report(
                    suite, $"{set}.answers.{(group.Key ? "same" : "different")}.{verdict.ToString().ToLowerInvariant()}",
                    verdicts.Count(v => v == verdict) / (double)verdicts.Count, "share", verdicts.Count);
            }
        }
    }

    private static AnswerComparison Compare(ScoredPair scored)
    {
        var comparison = AnswerEquivalence.Compare(scored.Pair.A, scored.Pair.B);
        return comparison.Reason == AnswerReason.AskVerifier ? AnswerEquivalence.Judge(scored.Features.VerifierLogit) : comparison;
    }
}
