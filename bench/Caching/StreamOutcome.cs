namespace OrleansLlm.Bench.Caching;

/// <summary>What a cache did on a stream of questions.</summary>
/// <param name="Requests">Questions asked.</param>
/// <param name="Hits">Those answered from the cache.</param>
/// <param name="Wrong">Hits whose answer was another question's.</param>
internal readonly record struct StreamOutcome(int Requests, int Hits, int Wrong)
{
    public double HitRate => Requests == 0 ? 0 : (double)Hits / Requests;

    public double WrongOfHits => Hits == 0 ? 0 : (double)Wrong / Hits;

    public double WrongOfRequests => Requests == 0 ? 0 : (double)Wrong / Requests;
}
