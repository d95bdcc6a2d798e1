using OrleansLlm.Core.Compression;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class RankFloorTests
{
    private static readonly Gen<(double[] Scores, double[] Plain, double[] Words)> Rankings =
        Gen.Select(Gen.Double[-3, 3], Gen.Double[0, 9], Gen.Double[1, 60]).Array[1, 50]
            // Distinct, since scores are given out anew and equal ones cannot tell places apart.
            .Select(rows => (rows.Select((r, i) => r.Item1 + (i * 1e-6)).ToArray(), rows.Select(r => r.Item2).ToArray(), rows.Select(r => r.Item3).ToArray()));

    [Fact]
    public void Raise_AnyBudget_KeepsWhatThePlainRankingKeepsOfItsShare() => Rankings.Sample(rankings =>
    {
        var (scores, plain, words) = rankings;
        var raised = RankFloor.Raise(scores, plain, words);
        for (var budget = 0d; budget < words.Sum(); budget += 25)
            Assert.Subset(Kept(raised, words, budget), Kept(plain, words, RankFloor.Share * budget / 2));
    });

    [Fact]
    public void Raise_AnyBudget_KeepsTheShareOfBothTogether() => Rankings.Sample(rankings =>
    {
        var (scores, plain, words) = rankings;
        var raised = RankFloor.Raise(scores, plain, words);
        var order = Enumerable.Range(0, scores.Length).OrderByDescending(i => raised[i]).ToList();
        for (var length = 1; length < order.Count; length++)
        {
            var prefix = order.Take(length).ToHashSet();
            var (own, claimed) = (Lead(scores, words, prefix), Lead(plain, words, prefix));
            Assert.All(prefix, i => Assert.True(own.Contains(i) || claimed.Contains(i)));
        }
    });

    [Fact]
    public void Raise_SameRanking_ChangesNothing() =>
        Assert.Equal([3d, 1, 2], RankFloor.Raise([3, 1, 2], [30, 10, 20], [5, 5, 5]));

    [Fact]
    public void Raise_AnyRankings_KeepsTheValues() => Rankings.Sample(rankings =>
        Assert.Equal(rankings.Scores.Order(), RankFloor.Raise(rankings.Scores, rankings.Plain, rankings.Words).Order()));

    [Fact]
    public void Raise_SentenceThatOnlyThePlainRankingFinds_ComesSecond() =>
        Assert.Equal([9d, 4, 1, 5], RankFloor.Raise([9, 5, 4, 1], [2, 1, 0, 9], [10, 10, 10, 10]));

    /// <summary>What a greedy choice keeps that stops at the first sentence that does not fit.</summary>
    private static HashSet<int> Kept(double[] scores, double[] words, double budget)
    {
        var kept = new HashSet<int>();
        foreach (var i in Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]))
        {
            budget -= words[i];
            if (budget < 0)
                break;
            kept.Add(i);
        }

        return kept;
    }

    /// <summary>The longest prefix of the ranking that lies in <paramref name="chosen"/>.</summary>
    private static HashSet<int> Lead(double[] scores, double[] words, HashSet<int> chosen) =>
        [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).TakeWhile(chosen.Contains)];
}
