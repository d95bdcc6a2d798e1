using OrleansLlm.Core.Caching;

namespace OrleansLlm.Bench.Caching;

/// <summary>
/// How many calls of the verifier the lookups of a stream take: both orders of every candidate that no rule forbids, and those that the search for the likeliest asks
/// for. The mean of both orders stands for each.
/// </summary>
internal sealed class VerifierCalls(QuestionStream stream, AcceptancePolicy policy, double logitBound) : StreamCache(stream)
{
    /// <summary>Lookups that come to the verifier.</summary>
    public int Lookups { get; private set; }

    /// <summary>Calls for all of their candidates.</summary>
    public int OfAll { get; private set; }

    /// <summary>Calls that the search makes.</summary>
    public int OfSearch { get; private set; }

    /// <summary>Lookups that are hits, and the calls of both kinds that they take.</summary>
    public (int Lookups, int OfAll, int OfSearch) Hits { get; private set; }

    /// <summary>Lookups in which the search found another candidate than asking about all does, or another probability.</summary>
    public int Different { get; private set; }

    protected override QuestionStream.Edge? Serve(int question, QuestionStream.Edge[] candidates)
    {
        if (Array.FindIndex(candidates, static c => c.Identical) is var identical and >= 0)
            return candidates[identical];
        var shown = Array.FindAll(candidates, static c => c.Comparison.Guard == MatchGuardReason.None);
        if (shown.Length == 0)
            return null;
        Lookups++;
        var search = new LikeliestCandidate(policy, Array.ConvertAll(shown, static c => (c.Comparison, c.Cosine)), logitBound);
        var asked = 0;
        for (var orders = search.Next(); orders.Count > 0; orders = search.Next())
        {
            asked += orders.Count;
            foreach (var order in orders)
                search.Note(order, shown[order.Candidate].Logit);
        }

        var best = shown.MaxBy(static c => c.Probability);
        Different += search.Best.Probability != best.Probability || shown[search.Best.Index].Other != best.Other ? 1 : 0;
        OfAll += 2 * shown.Length;
        OfSearch += asked;
        if (best.Probability < policy.Threshold)
            return null;
        Hits = (Hits.Lookups + 1, Hits.OfAll + (2 * shown.Length), Hits.OfSearch + asked);
        return best;
    }
}
