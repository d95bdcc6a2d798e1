namespace OrleansLlm.Core.Caching;

/// <summary>
/// A shard's entries in memory: by fingerprint and by vector. Replaying its records in order rebuilds it. Not thread-safe
/// (a shard grain is the one owner).
/// </summary>
/// <param name="dimension">Components of a vector.</param>
/// <param name="capacity">Most live entries; beyond it the oldest leaves.</param>
public sealed class ShardContents(int dimension, int capacity)
{
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);
    private List<CacheEntry?> _entries = [];
    private List<int> _rows = [];
    private Dictionary<int, int> _slotOfRow = [];
    private VectorIndex _index = new(dimension);
    private int _oldest;

    /// <summary>Live entries.</summary>
    public int Count => _slots.Count;

    /// <summary>Live entries in the order they were put.</summary>
    public IEnumerable<CacheEntry> Entries => _entries.OfType<CacheEntry>();

    /// <summary>Applies a record. Returns the fingerprints of entries that had to leave for it.</summary>
    public IReadOnlyList<string> Apply(ShardRecord record)
    {
        if (record.Entry is not { } entry)
        {
            Drop(record.Removed!);
            return [];
        }

        Drop(entry.Fingerprint);
        var evicted = new List<string>();
        while (_slots.Count >= capacity && OldestFingerprint() is { } oldest)
        {
            Drop(oldest);
            evicted.Add(oldest);
        }

        var slot = _entries.Count;
        _entries.Add(entry);
        // A vector of another length comes from another model: the entry can still be found exactly.
        if (entry.Embedding.Length == dimension)
        {
            var row = _index.Add(entry.Embedding);
            _rows.Add(row);
            _slotOfRow[row] = slot;
        }
        else
        {
            _rows.Add(-1);
        }

        _slots[entry.Fingerprint] = slot;
        Compact();
        return evicted;
    }

    /// <summary>The live entry of a fingerprint, or null.</summary>
    public CacheEntry? Find(string fingerprint, DateTimeOffset now) =>
        _slots.TryGetValue(fingerprint, out var slot) && _entries[slot] is { } entry && entry.ExpiresAt > now ? entry : null;

    /// <summary>The nearest live entries, nearest first.</summary>
    /// <param name="query">Unit vector.</param>
    /// <param name="k">Most entries.</param>
    /// <param name="minimumCosine">Least similarity.</param>
    /// <param name="now">Entries expired by now are left out.</param>
    /// <param name="maxAge">Older entries are left out.</param>
    public IReadOnlyList<(CacheEntry Entry, float Cosine)> Nearest(ReadOnlySpan<float> query, int k, float minimumCosine, DateTimeOffset now, TimeSpan? maxAge)
    {
        if (query.Length != dimension)
            return [];
        var found = new List<(CacheEntry, float)>(k);
        // Expired entries still take places in the search; ask for more where that shows.
        for (var ask = k; ; ask *= 4)
        {
            var buf = new VectorMatch[Math.Min(64, ask)]; var matches = buf.Take(_index.View().Search(query, minimumCosine, VectorFilter.Live, buf)).ToList();
            found.Clear();
            foreach (var match in matches)
            {
                if (_entries[_slotOfRow[match.Row]] is { } entry && entry.ExpiresAt > now && (maxAge is null || now - entry.CreatedAt <= maxAge)
                    && found.Count < k)
                    found.Add((entry, match.Cosine));
            }

            if (found.Count == k || matches.Count < ask)
                return found;
        }
    }

    /// <summary>Removes entries that expired and returns their fingerprints.</summary>
    public IReadOnlyList<string> DropExpired(DateTimeOffset now)
    {
        var expired = Entries.Where(e => e.ExpiresAt <= now).Select(e => e.Fingerprint).ToList();
        expired.ForEach(Drop);
        return expired;
    }

    private string? OldestFingerprint()
    {
        while (_oldest < _entries.Count)
        {
            if (_entries[_oldest] is { } entry)
                return entry.Fingerprint;
            _oldest++;
        }

        return null;
    }

    private void Drop(string fingerprint)
    {
        if (!_slots.Remove(fingerprint, out var slot))
            return;
        _entries[slot] = null;
        if (_rows[slot] >= 0)
        {
            _index.Remove(_rows[slot]);
            _slotOfRow.Remove(_rows[slot]);
        }
    }

    // Tombstones cost memory and search time: rebuild once they outnumber the living.
    private void Compact()
    {
        if (_entries.Count < 1024 || _entries.Count < 2 * _slots.Count)
            return;
        var living = Entries.ToList();
        _entries = new(living.Count);
        _rows = new(living.Count);
        _slotOfRow = new(living.Count);
        _index = new VectorIndex(dimension);
        _oldest = 0;
        _slots.Clear();
        foreach (var entry in living)
        {
            _slots[entry.Fingerprint] = _entries.Count;
            if (entry.Embedding.Length == dimension)
            {
                var row = _index.Add(entry.Embedding);
                _slotOfRow[row] = _entries.Count;
                _rows.Add(row);
            }
            else
            {
                _rows.Add(-1);
            }

            _entries.Add(entry);
        }
    }
}
