namespace OrleansLlm.Core.Compression;

/// <summary>What the stretch of a conversation that a turn stands in says about it (<see cref="WordWindows"/>), over several lengths.</summary>
internal static class StretchScorer
{
    private const int FeedbackWords = 400;
    private const int FeedbackTerms = 15;
    private const double MostFeedback = 6;

    /// <summary>Names of the columns, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["window400", "window1000", "best1000", "best1700", "best2500", "feedback400", "feedback1000", "bestFeedback1000"];

    /// <summary>The columns of a document, which has no such stretches.</summary>
    public static double[][] None(int sentences) => [.. Names.Select(_ => new double[sentences])];

    public static double[][] Score(TermIndex index, ReadOnlySpan<double> weights)
    {
        var (near, wide) = (new WordWindows(index, weights, FeedbackWords), new WordWindows(index, weights, 1000));
        var feedback = Feedback(index, near.Top);
        var wideFeedback = new WordWindows(index, feedback, 1000);
        return
        [
            near.Mean(), wide.Mean(), wide.Best(), new WordWindows(index, weights, 1700).Best(), new WordWindows(index, weights, 2500).Best(),
            new WordWindows(index, feedback, FeedbackWords).Mean(), wideFeedback.Mean(), wideFeedback.Best(),
        ];
    }

    /// <summary>
    /// The words that set the best stretch off from the rest of the conversation, weighted by how surely they do (pseudo relevance
    /// feedback by the Kullback-Leibler divergence; Carpineto et al. 2001).
    /// </summary>
    private static double[] Feedback(TermIndex index, (int Start, int End) best)
    {
        var inside = new Dictionary<int, int>();
        var everywhere = new int[index.TermCount];
        int words = 0, all = 0;
        for (var i = 0; i < index.Count; i++)
        {
            var isInside = i >= best.Start && i < best.End;
            all += index.Length(i);
            words += isInside ? index.Length(i) : 0;
            foreach (var (term, count) in index.Postings(i))
            {
                everywhere[term] += count;
                if (isInside && index.IsContent(term))
                    inside[term] = inside.GetValueOrDefault(term) + count;
            }
        }

        // A word that was said once may have been said by chance.
        var telling = inside.Where(t => t.Value > 1)
            .Select(t => (Term: t.Key, Weight: t.Value * Math.Log((double)t.Value / words * all / everywhere[t.Key])))
            .Where(t => t.Weight > 0)
            .OrderByDescending(t => t.Weight).ThenBy(t => t.Term)
            .Take(FeedbackTerms).ToList();
        var weights = new double[index.TermCount];
        foreach (var (term, weight) in telling)
            weights[term] = Math.Min(weight, MostFeedback) / Math.Min(telling[0].Weight, MostFeedback);
        return weights;
    }
}
