namespace OrleansLlm.Core.Compression;

/// <summary>Chooses whole sentences, best first, within a token budget.</summary>
internal static class BudgetAllocator
{
    // The best sentences are what the budget is for: only the weakest of the kept may be exchanged to fill it.
    private const int ExchangeableShare = 3;
    private const int ExchangeableKept = 12;
    private const int ExchangeableDropped = 48;

    // Cells of the knapsack's table: some milliseconds.
    private const int LargestTable = 1 << 22;

    /// <summary>Share of the way to its dependent's score that the sentence it leans on is raised.</summary>
    internal const double AntecedentShare = .25;

    /// <summary>
    /// Which sentences stay. The sum of the kept costs comes as near to <paramref name="budget"/> as it can with the best sentence among them,
    /// and stays below it where it comes within <paramref name="reach"/>; ties go to the earlier sentence.
    /// </summary>
    /// <param name="scores">Relevance, higher is better; any scale.</param>
    /// <param name="costs">Tokens of each sentence.</param>
    /// <param name="leansOn">The sentence each one leans on, or -1.</param>
    /// <param name="budget">Tokens to spend.</param>
    /// <param name="reach">Tokens that may stay unspent: within half of it no sentence is exchanged for a worse one.</param>
    /// <param name="overdraft">Tokens by which the budget may be exceeded, where that is nearer than any sum below it.</param>
    public static bool[] Allocate(
        ReadOnlySpan<double> scores, ReadOnlySpan<int> costs, ReadOnlySpan<int> leansOn, int budget, int reach, int overdraft)
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
        var tolerance = reach / 2;
        if (left > tolerance)
            left = Fill(order, raised, costs, kept, left, tolerance, new Exchange(Count(kept) / ExchangeableShare));
        if (left > reach)
            left = Fill(order, raised, costs, kept, left, tolerance, new Exchange(Count(kept) - 1));
        if (left > reach && overdraft > 0)
            Fill(order, raised, costs, kept, left, tolerance, Exchange.Any(Count(kept) - 1, Math.Min(overdraft, left - 1)));
        return kept;
    }

    private static int Count(bool[] kept) => kept.Count(k => k);

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
    private static int Fill(int[] order, double[] scores, ReadOnlySpan<int> costs, bool[] kept, int left, int tolerance, Exchange exchange)
    {
        var (core, freed) = Core(order, costs, kept, left, exchange);
        var room = left + freed;
        if (core.Count == 0 || core.Count * (room + exchange.Overdraft + 1L) > LargestTable)
            return left;
        // The last sentence that the greedy pass kept.
        var cut = Array.FindLast(order, i => kept[i]);
        var best = new double[room + exchange.Overdraft + 1];
        Array.Fill(best, double.NegativeInfinity);
        best[0] = 0;
        var taken = new bool[core.Count, best.Length];
        for (var item = 0; item < core.Count; item++)
        {
            var cost = costs[core[item]];
            var value = cost / (1 + Math.Exp(scores[cut] - scores[core[item]]));
            for (var spent = best.Length - 1; spent >= cost; spent--)
            {
                // Of equals the better-ranked sentence, which came first, stays.
                if (!(best[spent - cost] + value > best[spent]))
                    continue;
                best[spent] = best[spent - cost] + value;
                taken[item, spent] = true;
            }
        }

        var sum = Choose(best, room, tolerance);
        left = room - sum;
        for (var item = core.Count - 1; item >= 0; item--)
        {
            kept[core[item]] = taken[item, sum];
            sum -= kept[core[item]] ? costs[core[item]] : 0;
        }

        return left;
    }

    /// <summary>The sentences that may change sides: the weakest of the kept, then the best of the dropped that would fit in their place.</summary>
    private static (List<int> Core, int Freed) Core(int[] order, ReadOnlySpan<int> costs, ReadOnlySpan<bool> kept, int left, Exchange exchange)
    {
        var keptOnes = new List<int>(order.Length);
        var droppedOnes = new List<int>(order.Length);
        foreach (var i in order)
            (kept[i] ? keptOnes : droppedOnes).Add(i);
        var core = keptOnes[^Math.Clamp(exchange.Kept, 0, keptOnes.Count)..];
        var freed = 0;
        foreach (var i in core)
            freed += costs[i];
        // With nothing to give away, what fits is kept already.
        if (core.Count == 0 && exchange.Overdraft == 0)
            return (core, 0);
        foreach (var i in droppedOnes.Take(exchange.Dropped))
        {
            if (costs[i] <= left + freed + exchange.Overdraft)
                core.Add(i);
        }

        return (core, freed);
    }

    /// <summary>The sum to spend: the most valuable one within the tolerance below the room, else the nearest to it that can be reached.</summary>
    private static int Choose(double[] best, int room, int tolerance)
    {
        var chosen = -1;
        for (var spent = room; spent >= Math.Max(0, room - tolerance); spent--)
        {
            if (!double.IsNegativeInfinity(best[spent]) && (chosen < 0 || best[spent] > best[chosen]))
                chosen = spent;
        }

        for (var away = 1; chosen < 0; away++)
        {
            if (away <= room && !double.IsNegativeInfinity(best[room - away]))
                chosen = room - away;
            else if (room + away < best.Length && !double.IsNegativeInfinity(best[room + away]))
                chosen = room + away;
        }

        return chosen;
    }

    /// <summary>How much may change sides.</summary>
    /// <param name="Kept">Sentences kept so far, from the weakest.</param>
    /// <param name="Dropped">Sentences dropped so far, from the best.</param>
    /// <param name="Overdraft">Tokens beyond the budget.</param>
    private readonly record struct Exchange(int Kept, int Dropped, int Overdraft)
    {
        public Exchange(int kept)
            : this(Math.Min(kept, ExchangeableKept), ExchangeableDropped, 0)
        {
        }

        public static Exchange Any(int kept, int overdraft) => new(kept, int.MaxValue, overdraft);
    }
}
