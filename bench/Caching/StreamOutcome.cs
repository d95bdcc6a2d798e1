namespace OrleansLlm.Bench.Caching;

/// <summary>What a cache did on a stream of questions.</summary>
/// <param name="Requests">Questions asked.</param>
/// <param name="Hits">Those answered from the cache.</param>
/// <param name="Wrong">Hits whose pair of questions is labelled as different.</param>
/// <param name="Unlabelled">Hits whose pair nobody labelled; by eye most are paraphrases.</param>
internal readonly record struct StreamOutcome(int Requests, int Hits, int Wrong, int Unlabelled)
{
    public double HitRate => Share(Hits, Requests);

    /// <summary>Wrong among the labelled hits.</summary>
    public double WrongOfHits => Share(Wrong, Hits - Unlabelled);

    /// <summary>The same with every unlabelled hit counted as wrong: an upper bound.</summary>
    public double WrongOfHitsAtMost => Share(Wrong + Unlabelled, Hits);

    public double WrongOfRequests => Share(Wrong, Requests);

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
