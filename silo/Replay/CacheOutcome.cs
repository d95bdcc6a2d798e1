namespace OrleansLlm.Silo.Replay;

/// <summary>What the cache did, in requests.</summary>
/// <param name="Exact">The same request again.</param>
/// <param name="Semantic">A request of the same meaning.</param>
/// <param name="Pending">Joined a call in flight.</param>
/// <param name="Miss">Looked up, not found.</param>
/// <param name="Bypass">Not looked up.</param>
/// <param name="HitRate">Hits of all kinds among the requests looked up, in [0,1].</param>
internal sealed record CacheOutcome(long Exact, long Semantic, long Pending, long Miss, long Bypass, double HitRate)
{
    public long Hits => Exact + Semantic + Pending;
}
