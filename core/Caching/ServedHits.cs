namespace OrleansLlm.Core.Caching;

/// <summary>Which stored answer each of the latest hits gave, so that a verdict on a request finds it. Not thread-safe.</summary>
/// <param name="capacity">Most requests remembered; the oldest are forgotten.</param>
/// <param name="textCapacity">Most requests whose words are remembered.</param>
public sealed class ServedHits(int capacity, int textCapacity = 0)
{
    private readonly Dictionary<string, Hit> _hits = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private readonly Queue<Hit> _withText = new();
    private readonly Dictionary<string, (int Served, string? Question)> _entries = new(StringComparer.Ordinal);

    public int Count => _hits.Count;

    /// <summary>Notes what a request was answered with; false where it was noted before.</summary>
    public bool Add(string requestId, ServedHit served)
    {
        ArgumentNullException.ThrowIfNull(served);
        var hit = new Hit(served);
        if (!_hits.TryAdd(requestId, hit))
            return false;
        var (before, question) = _entries.GetValueOrDefault(served.Entry);
        _entries[served.Entry] = (before + 1, served.Text?.Stored ?? question);
        if (served.Text is not null)
            _withText.Enqueue(hit);
        if (_withText.Count > textCapacity)
            _withText.Dequeue().ForgetText();
        _order.Enqueue(requestId);
        if (_order.Count > capacity)
            Forget(_order.Dequeue());
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

    /// <summary>Hits without a verdict: those that a model weighed before those of the same text, each newest first.</summary>
    public IReadOnlyList<(string RequestId, ServedHit Served)> Pending(int most) =>
    [
        .. _order.Reverse().Where(id => _hits[id].IsWrong is null).OrderBy(id => _hits[id].Served.Score is null)
            .Take(most).Select(id => (id, _hits[id].Served)),
    ];

    /// <summary>Stored answers by how many remembered hits gave them, the most frequent first.</summary>
    public IReadOnlyList<(string Entry, int Served, string? Question)> MostServed(int most) =>
    [
        .. _entries.OrderByDescending(static e => e.Value.Served).ThenBy(static e => e.Key, StringComparer.Ordinal)
            .Take(most).Select(static e => (e.Key, e.Value.Served, e.Value.Question)),
    ];

    private void Forget(string requestId)
    {
        if (!_hits.Remove(requestId, out var hit))
            return;
        hit.ForgetText();
        var (served, question) = _entries[hit.Served.Entry];
        if (served > 1)
            _entries[hit.Served.Entry] = (served - 1, question);
        else
            _entries.Remove(hit.Served.Entry);
    }

    private sealed class Hit(ServedHit served)
    {
        public ServedHit Served { get; private set; } = served;

        public bool? IsWrong { get; set; }

        public void ForgetText() => Served = Served with { Text = null };
    }
}

/// <summary>An answer from the cache as it was given.</summary>
/// <param name="Entry">Fingerprint of the request that the answer was made for.</param>
/// <param name="Score">Accept probability, in [0, 1]; null where no model weighed it.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Text">What was asked and answered; null where that is not kept.</param>
public sealed record ServedHit(string Entry, double? Score, DateTimeOffset At = default, ServedText? Text = null);

/// <summary>The words of a hit.</summary>
/// <param name="Asked">The question.</param>
/// <param name="Stored">The question that the answer was made for.</param>
/// <param name="Answer">The answer.</param>
public sealed record ServedText(string Asked, string Stored, string Answer);

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
