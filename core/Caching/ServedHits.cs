namespace OrleansLlm.Core.Caching;

/// <summary>Which stored answer each of the latest hits gave, so that a verdict on a request finds it. Not thread-safe.</summary>
/// <param name="capacity">Most requests remembered; the oldest are forgotten.</param>
public sealed class ServedHits(int capacity)
{
    private readonly Dictionary<string, Hit> _hits = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public int Count => _hits.Count;

    /// <summary>Notes a hit.</summary>
    /// <param name="requestId">The request that was answered.</param>
    /// <param name="entry">Fingerprint of the request that the answer was made for.</param>
    public void Add(string requestId, string entry)
    {
        if (!_hits.TryAdd(requestId, new Hit(entry)))
            return;
        _order.Enqueue(requestId);
        if (_order.Count > capacity)
            _hits.Remove(_order.Dequeue());
    }

    /// <summary>Takes a verdict; the entry to forget where it says wrong for the first time.</summary>
    public HitVerdictOutcome Judge(string requestId, bool isWrong, out string? entry)
    {
        entry = null;
        if (!_hits.TryGetValue(requestId, out var hit))
            return HitVerdictOutcome.Unknown;
        // What was called wrong is forgotten: it cannot be taken back.
        if (hit.IsWrong == isWrong || hit.IsWrong == true)
            return HitVerdictOutcome.Known;
        hit.IsWrong = isWrong;
        if (isWrong)
            entry = hit.Entry;
        return HitVerdictOutcome.Taken;
    }

    /// <summary>Takes a verdict back, where what follows from it could not be done.</summary>
    public void Withdraw(string requestId)
    {
        if (_hits.TryGetValue(requestId, out var hit))
            hit.IsWrong = null;
    }

    private sealed class Hit(string entry)
    {
        public string Entry { get; } = entry;

        public bool? IsWrong { get; set; }
    }
}

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
