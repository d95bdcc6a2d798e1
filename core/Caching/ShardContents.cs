namespace OrleansLlm.Core.Caching;

/// <summary>
/// A shard's entries in memory: by fingerprint and by vector. Replaying its records in order rebuilds it. Not thread-safe
/// (a shard grain is the one owner).
/// </summary>
/// <param name="dimension">Components of a vector.</param>
/// <param name="limits">How much it may hold.</param>
public sealed class ShardContents(int dimension, ShardLimits limits)
{
    // Objects, dictionary nodes and array headers around an entry's own bytes.
    private const int Overhead = 320;

    private readonly Dictionary<string, int> _slotOf = new(StringComparer.Ordinal);
    private List<Slot?> _slots = [];
    private List<int> _slotOfRow = [];
    private VectorIndex _index = new(dimension);
    private EvictionPolicy _eviction = new(limits.HitHalfLife);
    private PriorityQueue<int, long> _byExpiry = new();

    /// <summary>Entries, of which some may have expired.</summary>
    public int Count => _slotOf.Count;

    /// <summary>Bytes of memory its entries take, estimated.</summary>
    public long Bytes => _eviction.Bytes;

    /// <summary>Fingerprints in the order they were put.</summary>
    public IEnumerable<string> Fingerprints => _slots.OfType<Slot>().Select(static s => s.Entry.Fingerprint);

    /// <summary>Bytes of memory that <paramref name="entry"/> takes, estimated: text, answer, and five bytes and a bit for each component.</summary>
    public static int Size(CacheEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Overhead + entry.Answer.Length + 2 * (entry.Question.Length + entry.Fingerprint.Length) + 5 * entry.Embedding.Length + entry.Embedding.Length / 8;
    }

    /// <summary>Applies a record of the log as it was: limits are not looked at (<see cref="Trim"/>).</summary>
    public void Replay(ShardRecord record)
    {
        if (record.Entry is { } entry)
            Insert(entry);
        else
            Remove(record.Removed!);
    }

    /// <summary>
    /// Stores an entry in the place of an earlier one of its fingerprint. Returns the fingerprints that had to leave for it, the worth
    /// least by size first; its own where it is worth less than all that is held.
    /// </summary>
    public IReadOnlyList<string> Put(CacheEntry entry, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(entry);
        DropExpired(now);
        var worth = entry.Worth;
        if (_slotOf.TryGetValue(entry.Fingerprint, out var earlier))
            worth = worth with { Hits = Math.Max(worth.Hits, _eviction.Hits(earlier, now)), AsOf = now };
        var slot = Insert(entry with { Worth = worth });
        return Leave(_eviction.MakeRoom(limits.Entries, limits.Bytes, slot));
    }

    /// <summary>Lets go of what is beyond the limits after a replay; returns the fingerprints that left.</summary>
    public IReadOnlyList<string> Trim(DateTimeOffset now)
    {
        DropExpired(now);
        return Leave(_eviction.MakeRoom(limits.Entries, limits.Bytes, newcomer: -1));
    }

    /// <summary>What it holds, for its tenant's budget; see <see cref="EvictionPolicy.Slices"/>.</summary>
    public IReadOnlyList<WorthSlice> Slices(int count) => _eviction.Slices(count);

    /// <summary>Lets go of at least <paramref name="bytes"/> bytes, the worth least by size first; returns the fingerprints that left.</summary>
    public IReadOnlyList<string> GiveUp(long bytes, DateTimeOffset now)
    {
        DropExpired(now);
        return Leave(_eviction.MakeRoom(limits.Entries, Math.Max(0, Bytes - bytes), newcomer: -1));
    }

    /// <summary>Forgets an entry; false where there is none.</summary>
    public bool Remove(string fingerprint)
    {
        if (!_slotOf.TryGetValue(fingerprint, out var slot))
            return false;
        _eviction.Remove(slot);
        Drop(slot);
        return true;
    }

    /// <summary>The entry of a fingerprint without its embedding, or null where there is none or it has expired.</summary>
    public CacheEntry? Find(string fingerprint, DateTimeOffset now) =>
        _slotOf.TryGetValue(fingerprint, out var slot) && _slots[slot] is { } found && found.Entry.ExpiresAt > now ? found.Entry : null;

    /// <summary>As <see cref="Find"/>, and counts a hit.</summary>
    public CacheEntry? Hit(string fingerprint, DateTimeOffset now)
    {
        var entry = Find(fingerprint, now);
        if (entry is not null)
            _eviction.Hit(_slotOf[fingerprint], now);
        return entry;
    }

    /// <summary>The nearest live entries without their embeddings, nearest first.</summary>
    /// <param name="query">Unit vector.</param>
    /// <param name="k">Most entries, up to <see cref="VectorIndexView.MostMatches"/>.</param>
    /// <param name="minimumCosine">Least similarity.</param>
    /// <param name="now">Entries expired by now are left out.</param>
    /// <param name="maxAge">Older entries are left out.</param>
    public IReadOnlyList<(CacheEntry Entry, float Cosine)> Nearest(ReadOnlySpan<float> query, int k, float minimumCosine, DateTimeOffset now, TimeSpan? maxAge)
    {
        if (query.Length != dimension)
            return [];
        Span<VectorMatch> matches = stackalloc VectorMatch[Math.Min(k, VectorIndexView.MostMatches)];
        var oldest = maxAge is { } age && age < now - DateTimeOffset.MinValue ? (now - age).UtcTicks : long.MinValue;
        var count = _index.View().Search(query, minimumCosine, new VectorFilter(now.UtcTicks, oldest), matches);
        if (count == 0)
            return [];
        var found = new (CacheEntry, float)[count];
        for (var i = 0; i < count; i++)
            found[i] = (_slots[_slotOfRow[matches[i].Row]]!.Entry, matches[i].Cosine);
        return found;
    }

    /// <summary>The whole entry, with its embedding and its worth as of <paramref name="now"/>; null where there is none.</summary>
    public CacheEntry? Export(string fingerprint, DateTimeOffset now)
    {
        if (!_slotOf.TryGetValue(fingerprint, out var at) || _slots[at] is not { } slot)
            return null;
        return slot.Entry with
        {
            Embedding = slot.Row < 0 ? [] : _index.Vector(slot.Row).ToArray(),
            Worth = slot.Entry.Worth with { Hits = _eviction.Hits(at, now), AsOf = now },
        };
    }

    /// <summary>Live entries without their embeddings, by rising fingerprint.</summary>
    /// <param name="after">Begins behind this fingerprint; null for the first page.</param>
    /// <param name="count">Most entries.</param>
    /// <param name="now">Entries expired by now are left out.</param>
    public IReadOnlyList<CacheEntry> Page(string? after, int count, DateTimeOffset now) =>
        [.. _slotOf.Keys.Where(f => after is null || string.CompareOrdinal(f, after) > 0).Order(StringComparer.Ordinal)
            .Select(f => Find(f, now)).OfType<CacheEntry>().Take(count)];

    /// <summary>The vector of an entry; empty where it is found exactly only, or not there.</summary>
    public ReadOnlySpan<float> Vector(string fingerprint) =>
        _slotOf.TryGetValue(fingerprint, out var at) && _slots[at] is { Row: >= 0 } slot ? _index.Vector(slot.Row) : default;

    /// <summary>Forgets what expired.</summary>
    public void DropExpired(DateTimeOffset now)
    {
        while (_byExpiry.TryPeek(out var slot, out var expires) && expires <= now.UtcTicks)
        {
            _byExpiry.Dequeue();
            // Slots are not used again, so one that is empty was removed or replaced.
            if (_slots[slot] is { } expired)
                Remove(expired.Entry.Fingerprint);
        }
    }

    private int Insert(CacheEntry entry)
    {
        Remove(entry.Fingerprint);
        Compact();
        var slot = _slots.Count;
        var row = -1;
        // A vector of another length comes from another model: the entry can still be found exactly.
        if (entry.Embedding.Length == dimension)
        {
            row = _index.Add(entry.Embedding, entry.CreatedAt.UtcTicks, entry.ExpiresAt.UtcTicks);
            _slotOfRow.Add(slot);
        }

        _eviction.Add(slot, entry.Worth, Size(entry));
        // The index holds the vector; a second copy would double the memory of a shard.
        _slots.Add(new Slot(entry with { Embedding = [] }, row));
        _slotOf[entry.Fingerprint] = slot;
        _byExpiry.Enqueue(slot, entry.ExpiresAt.UtcTicks);
        return slot;
    }

    private string[] Leave(IReadOnlyList<int> slots)
    {
        if (slots.Count == 0)
            return [];
        var left = new string[slots.Count];
        for (var i = 0; i < left.Length; i++)
        {
            left[i] = _slots[slots[i]]!.Entry.Fingerprint;
            Drop(slots[i]);
        }

        return left;
    }

    private void Drop(int slot)
    {
        var dropped = _slots[slot]!;
        _slots[slot] = null;
        _slotOf.Remove(dropped.Entry.Fingerprint);
        if (dropped.Row >= 0)
            _index.Remove(dropped.Row);
    }

    // Tombstones cost memory and search time: rebuild once they outnumber the living.
    private void Compact()
    {
        if (_slots.Count < 1024 || _slots.Count < 2 * _slotOf.Count)
            return;
        var (slots, index, eviction) = (_slots, _index, _eviction);
        (_slots, _slotOfRow, _index, _byExpiry) = (new(_slotOf.Count), new(_slotOf.Count), new VectorIndex(dimension), new());
        _eviction = new EvictionPolicy(limits.HitHalfLife);
        _slotOf.Clear();
        for (var old = 0; old < slots.Count; old++)
        {
            if (slots[old] is not { } slot)
                continue;
            var worth = slot.Entry.Worth;
            Insert(slot.Entry with
            {
                Embedding = slot.Row < 0 ? [] : index.Vector(slot.Row).ToArray(),
                Worth = worth with { Hits = eviction.Hits(old, worth.AsOf) },
            });
        }
    }

    private sealed record Slot(CacheEntry Entry, int Row);
}
