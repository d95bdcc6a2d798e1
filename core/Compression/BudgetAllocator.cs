namespace OrleansLlm.Core.Compression;

/// <summary>Chooses whole sentences, best first, within a token budget.</summary>
internal static class BudgetAllocator
{
    // The best sentences are what the budget is for: only the weakest of the kept may be exchanged to fill it.
    private const int ExchangeableShare = 3;
    private const int ExchangeableKept = 12;
    private const int ExchangeableDropped = 48;

    // Bounds the table of the knapsack.
    private const int LargestCapacity = 8192;

    /// <summary>Share of the way to its dependent's score that the sentence it leans on is raised.</summary>
    internal const double AntecedentShare = .25;

    /// <summary>
    /// Which sentences stay. The sum of the kept costs never exceeds <paramref name="budget"/>; ties go to the earlier sentence.
    /// </summary>
    /// <param name="scores">Relevance, higher is better; any scale.</param>
    /// <param name="costs">Tokens of each sentence.</param>
    /// <param name="leansOn">The sentence each one leans on, or -1.</param>
    /// <param name="budget">Tokens to spend.</param>
    /// <param name="tolerance">Tokens that may stay unspent: within it no sentence is exchanged for a worse one.</param>
    public static bool[] Allocate(ReadOnlySpan<double> scores, ReadOnlySpan<int> costs, ReadOnlySpan<int> leansOn, int budget, int tolerance)
    {
        var raised = Raise(scores, leansOn);
        var order = Order(raised);
        var kept = new bool[scores.Length];
        var left = budget;
        foreach (var i in order)
        {
            if (costs[i] > left)
                continue;
            kept[i] = true;
            left -= costs[i];
        }

        // Few sentences, as in a short context, may need more of them exchanged; the best one never is.
        if (left > tolerance)
            left = Fill(order, raised, costs, kept, left, tolerance, kept.Count(k => k) / ExchangeableShare);
        if (left > 2 * tolerance)
            Fill(order, raised, costs, kept, left, tolerance, kept.Count(k => k) - 1);
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
    /// After the greedy pass every dropped sentence is longer than what is left. The weakest of the kept and the best of the dropped
    /// are the core of a knapsack (Balas and Zemel 1980), solved exactly: a token of a sentence is worth the more the better the
    /// sentence scores, so that without whole sentences the greedy choice would be the best one.
    /// </summary>
    private static int Fill(int[] order, double[] scores, ReadOnlySpan<int> costs, bool[] kept, int left, int tolerance, int exchangeable)
    {
        var unspent = left;
        var core = Core(order, costs, kept, exchangeable, ref left, out var cut);
        if (core.Count == 0 || left > LargestCapacity)
            return unspent;
        var best = new double[left + 1];
        Array.Fill(best, double.NegativeInfinity);
        best[0] = 0;
        var taken = new bool[core.Count, left + 1];
        for (var item = 0; item < core.Count; item++)
        {
            var cost = costs[core[item]];
            var value = cost / (1 + Math.Exp(scores[cut] - scores[core[item]]));
            for (var spent = left; spent >= cost; spent--)
            {
                // Of equals the better-ranked sentence, which came first, stays.
                if (!(best[spent - cost] + value > best[spent]))
                    continue;
                best[spent] = best[spent - cost] + value;
                taken[item, spent] = true;
            }
        }

        var rest = Choose(best, tolerance);
        unspent = left - rest;
        for (var item = core.Count - 1; item >= 0; item--)
        {
            kept[core[item]] = taken[item, rest];
            rest -= kept[core[item]] ? costs[core[item]] : 0;
        }

        return unspent;
    }

    /// <summary>
    /// The sentences that may change sides: the weakest of the kept, then the best of the dropped that would fit in their place.
    /// <paramref name="left"/> grows by what the former cost; <paramref name="cut"/> is the last sentence that the greedy pass kept.
    /// </summary>
    private static List<int> Core(int[] order, ReadOnlySpan<int> costs, ReadOnlySpan<bool> kept, int exchangeable, ref int left, out int cut)
    {
        var keptOnes = new List<int>(order.Length);
        var droppedOnes = new List<int>(order.Length);
        foreach (var i in order)
            (kept[i] ? keptOnes : droppedOnes).Add(i);
        cut = keptOnes.Count > 0 ? keptOnes[^1] : -1;
        var core = exchangeable <= 0 ? [] : keptOnes[^Math.Min(exchangeable, ExchangeableKept)..];
        foreach (var i in core)
            left += costs[i];
        if (core.Count == 0)
            return core;
        foreach (var i in droppedOnes.Take(ExchangeableDropped))
        {
            if (costs[i] <= left)
                core.Add(i);
        }

        return core;
    }

    /// <summary>The sum to spend: the most valuable one within the tolerance of the budget, else the largest that can be reached.</summary>
    private static int Choose(double[] best, int tolerance)
    {
        var chosen = 0;
        for (var spent = best.Length - 1; spent > 0; spent--)
        {
            if (best.Length - 1 - spent > tolerance && chosen > 0)
                break;
            if (!double.IsNegativeInfinity(best[spent]) && (chosen == 0 || best[spent] > best[chosen]))
                chosen = spent;
        }

        return chosen;
    }
}
