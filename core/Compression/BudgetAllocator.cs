namespace OrleansLlm.Core.Compression;

/// <summary>Chooses whole sentences, best first, within a token budget.</summary>
internal static class BudgetAllocator
{
    /// <summary>Tolerated shortfall: within it the fit is good enough and no sentence is exchanged for a worse one.</summary>
    private const double Tolerance = .02;

    // Only the weakest kept sentences may be exchanged to fill the budget, and only for the best of the others.
    private const int ExchangeableKept = 12;
    private const int ExchangeableDropped = 48;

    /// <summary>Share of the way to its dependent's score that the sentence it leans on is raised.</summary>
    internal const double AntecedentShare = .25;

    /// <summary>
    /// Which sentences stay. The sum of the kept costs never exceeds <paramref name="budget"/>; ties go to the earlier sentence.
    /// </summary>
    /// <param name="scores">Relevance, higher is better; any scale.</param>
    /// <param name="costs">Tokens of each sentence.</param>
    /// <param name="leansOn">The sentence each one leans on, or -1.</param>
    /// <param name="budget">Tokens to spend.</param>
    public static bool[] Allocate(ReadOnlySpan<double> scores, ReadOnlySpan<int> costs, ReadOnlySpan<int> leansOn, int budget)
    {
        var order = Order(Raise(scores, leansOn));
        var kept = new bool[scores.Length];
        var left = budget;
        foreach (var i in order)
        {
            if (costs[i] > left)
                continue;
            kept[i] = true;
            left -= costs[i];
        }

        Fill(order, costs, kept, left, (int)(budget * Tolerance));
        return kept;
    }

    private static double[] Raise(ReadOnlySpan<double> scores, ReadOnlySpan<int> leansOn)
    {
        var raised = scores.ToArray();
        for (var i = 0; i < raised.Length; i++)
        {
            var antecedent = leansOn[i];
            if (antecedent >= 0 && scores[i] > scores[antecedent])
                raised[antecedent] = Math.Max(raised[antecedent], scores[antecedent] + (AntecedentShare * (scores[i] - scores[antecedent])));
        }

        return raised;
    }

    private static int[] Order(double[] scores)
    {
        var order = new int[scores.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, (a, b) => scores[a] == scores[b] ? a.CompareTo(b) : scores[b].CompareTo(scores[a]));
        return order;
    }

    /// <summary>
    /// After the greedy pass every dropped sentence is longer than what is left. Exchanging a weak kept sentence for a longer
    /// dropped one spends the rest: the exchange that loses the fewest ranks among those that reach the tolerance, else the one
    /// that comes closest.
    /// </summary>
    private static void Fill(int[] order, ReadOnlySpan<int> costs, bool[] kept, int left, int tolerance)
    {
        if (left <= tolerance)
            return;
        var (bestOut, bestIn, bestLeft, bestLoss) = (-1, -1, left, int.MaxValue);
        // Never more than a quarter of the kept: the best sentences are what the budget is for.
        var keptCount = 0;
        foreach (var isKept in kept)
            keptCount += isKept ? 1 : 0;
        var exchangeable = Math.Min(ExchangeableKept, keptCount / 4);
        for (var o = order.Length - 1; o >= 0 && exchangeable > 0; o--)
        {
            if (!kept[order[o]])
                continue;
            exchangeable--;
            var tried = 0;
            for (var n = 0; n < order.Length && tried < ExchangeableDropped; n++)
            {
                if (kept[order[n]])
                    continue;
                tried++;
                var after = left - (costs[order[n]] - costs[order[o]]);
                if (after < 0 || after >= left)
                    continue;
                var loss = Math.Max(0, n - o);
                var better = after <= tolerance ? bestLeft > tolerance || loss < bestLoss : after < bestLeft;
                if (better)
                    (bestOut, bestIn, bestLeft, bestLoss) = (order[o], order[n], after, loss);
            }
        }

        if (bestIn < 0)
            return;
        kept[bestOut] = false;
        kept[bestIn] = true;
    }
}
