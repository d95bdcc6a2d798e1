using OrleansLlm.Core.Compression;

namespace OrleansLlm.Bench.Compression;

/// <summary>What the compressor is compared with. Each keeps whole sentences within the same budget of tokens.</summary>
internal static class Baselines
{
    /// <summary>BM25 with the neighbour bonus, best first; a sentence that no longer fits is passed over.</summary>
    public static bool[] Bm25(EvidenceRecord record, int[] costs, int budget)
    {
        var index = new TermIndex();
        foreach (var sentence in record.Sentences)
            index.Add(sentence);
        var weights = new double[index.TermCount];
        foreach (var term in QuestionTerms.Read(record.Question).Content)
        {
            if (index.Find(term) is >= 0 and var number)
                weights[number]++;
        }

        var scores = Core.Compression.Bm25.WithNeighbours(Core.Compression.Bm25.Score(index, weights));
        return Take(Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]), costs, budget);
    }

    /// <summary>A shuffle that follows from the record and <paramref name="seed"/>.</summary>
    public static bool[] Random(EvidenceRecord record, int[] costs, int budget, int seed) =>
        Take(Enumerable.Range(0, costs.Length).OrderBy(i => TrainingSets.Hash($"{seed}|{record.Id}|{i}")), costs, budget);

    /// <summary>The beginning and the end, half the budget each.</summary>
    public static bool[] TruncateMiddle(int[] costs, int budget)
    {
        var kept = new bool[costs.Length];
        var head = budget / 2;
        var spent = 0;
        for (var i = 0; i < costs.Length && spent + costs[i] <= head; i++)
        {
            kept[i] = true;
            spent += costs[i];
        }

        for (var i = costs.Length - 1; i >= 0 && !kept[i] && spent + costs[i] <= budget; i--)
        {
            kept[i] = true;
            spent += costs[i];
        }

        return kept;
    }

    private static bool[] Take(IEnumerable<int> order, int[] costs, int budget)
    {
        var kept = new bool[costs.Length];
        foreach (var i in order)
        {
            if (costs[i] > budget)
                continue;
            kept[i] = true;
            budget -= costs[i];
        }

        return kept;
    }
}
