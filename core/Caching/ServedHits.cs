namespace OrleansLlm.Core.Caching;

/// <summary>Which stored answer each of the latest hits gave, so that a verdict on a request finds it. Not thread-safe.</summary>
/// <param name="capacity">Most requests remembered; the oldest are forgotten.</param>
public sealed class ServedHits(int capacity)
{
    private readonly Dictionary<string, Hit> _hits = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public int Count => _hits.Count;

    /// <summary>Notes what a request was answered with; false where it was noted before.</summary>
    public bool Add(string requestId, ServedHit served)
    {
        if (!_hits.TryAdd(requestId, new Hit(served)))
            return false;
        _order.Enqueue(requestId);
        if (_order.Count > capacity)
            _hits.Remove(_order.Dequeue());
        return true;
    }

    /// <summary>Takes a verdict; <paramref name="served"/> is what it is about, null where nothing is remembered.</summary>
    public HitVerdictOutcome Judge(string requestId, bool isWrong, out ServedHit? served)
    {
        served = null;
        if (!_hits.TryGetValue(requestId, out var hit))
            return HitVerdictOutcome.Unknown;
        served = hit.Served;
        // What was called wrong is forgotten: it cannot be taken back.
        if (hit.IsWrong == isWrong || hit.IsWrong == true)
            return HitVerdictOutcome.Known;
        hit.IsWrong = isWrong;
        return HitVerdictOutcome.Taken;
    }

    /// <summary>Takes a verdict back, where what follows from it could not be done.</summary>
    public void Withdraw(string requestId)
    {
        if (_hits.TryGetValue(requestId, out var hit))
            hit.IsWrong = null;
    }

    private sealed class Hit(ServedHit served)
    {
        public ServedHit Served { get; } = served;

        public bool? IsWrong { get; set; }
    }
}

/// <summary>An answer from the cache as it was given.</summary>
/// <param name="Entry">Fingerprint of the request that the answer was made for.</param>
/// <param name="Score">Accept probability, in [0, 1]; null where no model weighed it.</param>
public sealed record ServedHit(string Entry, double? Score);

/// <summary>What became of a verdict.</summary>
public enum HitVerdictOutcome
{
    /// <summary>No hit of that request is remembered: it was none, it is too old, or it was another tenant's.</summary>
    Unknown,

    /// <summary>Taken.</summary>
    Taken,

    /// <summary>The same was said before.</summary>
    Known,
}
