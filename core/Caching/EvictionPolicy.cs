namespace OrleansLlm.Core.Caching;

/// <summary>
/// Who leaves first: the entry of the lowest expected saving for its size, dollars of a hit x decayed hits / bytes. Decay is exponential and
/// forward (Cormode, Shkapenyuk, Srivastava and Xu 2009): a hit at time t weighs 2^(t / half-life), so time passing changes no order and a
/// heap holds it. Weights are kept as logarithms, which never overflow. Not thread-safe.
/// </summary>
/// <param name="halfLife">Time in which a hit counts for half; above zero.</param>
public sealed class EvictionPolicy(TimeSpan halfLife)
{
    // Answers of unpriced models still leave in the order of hits and size.
    private const double LeastDollars = 1e-7;
    private const double LeastHits = 1e-9;
    private static readonly DateTimeOffset Origin = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<Item> _items = [];
    private readonly List<int> _heap = [];

    /// <summary>Entries held.</summary>
    public int Count => _heap.Count;

    /// <summary>Sum of their bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>The entry that leaves first, or null where there is none. Of equals the one with the lowest id.</summary>
    public int? Lowest => _heap.Count == 0 ? null : _heap[0];

    /// <summary>Takes in entry <paramref name="id"/>: a small number that is not held.</summary>
    public void Add(int id, EntryWorth worth, int bytes)
    {
        while (_items.Count <= id)
            _items.Add(new Item { Position = -1 });
        if (_items[id].Position >= 0)
            throw new ArgumentException($"Entry {id} is held already.", nameof(id));
        _items[id] = new Item
        {
            Position = _heap.Count,
            Bytes = bytes,
            DollarsPerByte = Math.Log2(Math.Max((double)worth.CostUsd, LeastDollars) / Math.Max(bytes, 1)),
            Weight = Math.Log2(Math.Max(worth.Hits, LeastHits)) + HalfLives(worth.AsOf),
        };
        _heap.Add(id);
        Bytes += bytes;
        Up(_heap.Count - 1);
    }

    /// <summary>Counts a hit of <paramref name="id"/>.</summary>
    public void Hit(int id, DateTimeOffset now)
    {
        var item = _items[id];
        item.Weight = LogSum(item.Weight, HalfLives(now));
        _items[id] = item;
        Down(item.Position);
    }

    /// <summary>Hits of <paramref name="id"/> as decayed at <paramref name="now"/>.</summary>
    public double Hits(int id, DateTimeOffset now) => Math.Pow(2, _items[id].Weight - HalfLives(now));

    /// <summary>Lets go of <paramref name="id"/>.</summary>
    public void Remove(int id)
    {
        var item = _items[id];
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        Bytes -= item.Bytes;
        _items[id] = new Item { Position = -1 };
        if (last == id)
            return;
        Place(last, item.Position);
        Up(item.Position);
        Down(PositionOf(last));
    }

    /// <summary>
    /// The entries that must leave, lowest first, so that at most <paramref name="entries"/> and <paramref name="bytes"/> remain; they are let
    /// go of. Where <paramref name="newcomer"/> itself comes up before there is room, it alone leaves: what is worth less than all that is
    /// held does not push anything out.
    /// </summary>
    public IReadOnlyList<int> MakeRoom(int entries, long bytes, int newcomer)
    {
        if (_heap.Count <= entries && Bytes <= bytes)
            return [];
        var leaving = new List<(int Id, Item Item)>();
        while (_heap.Count > entries || Bytes > bytes)
        {
            var lowest = _heap[0];
            var item = _items[lowest];
            Remove(lowest);
            if (lowest != newcomer)
            {
                leaving.Add((lowest, item));
                continue;
            }

            foreach (var (id, back) in leaving)
                Restore(id, back);
            // Those that were held before may be too many themselves, after a limit was lowered.
            return [newcomer, .. MakeRoom(entries, bytes, -1)];
        }

        return [.. leaving.Select(static l => l.Id)];
    }

    /// <summary>The entries by rising worth per byte, in up to <paramref name="count"/> slices of about equal numbers; worth is each slice's highest.</summary>
    public IReadOnlyList<WorthSlice> Slices(int count)
    {
        var size = Math.Max(1, (_heap.Count + count - 1) / Math.Max(1, count));
        return [.. _heap.Select(id => _items[id]).OrderBy(static i => i.DollarsPerByte + i.Weight).Chunk(size)
            .Select(static chunk => new WorthSlice(chunk.Sum(static i => (long)i.Bytes), chunk[^1].DollarsPerByte + chunk[^1].Weight))];
    }

    private void Restore(int id, Item item)
    {
        item.Position = _heap.Count;
        _items[id] = item;
        _heap.Add(id);
        Bytes += item.Bytes;
        Up(item.Position);
    }

    private double HalfLives(DateTimeOffset time) => (time - Origin) / halfLife;

    private static double LogSum(double a, double b) => Math.Max(a, b) + Math.Log2(1 + Math.Pow(2, -Math.Abs(a - b)));

    private int PositionOf(int id) => _items[id].Position;

    private bool Before(int a, int b)
    {
        var x = _items[a].DollarsPerByte + _items[a].Weight;
        var y = _items[b].DollarsPerByte + _items[b].Weight;
        return x < y || (x == y && a < b);
    }

    private void Place(int id, int position)
    {
        _heap[position] = id;
        var item = _items[id];
        item.Position = position;
        _items[id] = item;
    }

    private void Up(int position)
    {
        var id = _heap[position];
        while (position > 0 && Before(id, _heap[(position - 1) / 2]))
        {
            Place(_heap[(position - 1) / 2], position);
            position = (position - 1) / 2;
        }

        Place(id, position);
    }

    private void Down(int position)
    {
        var id = _heap[position];
        while (true)
        {
            var child = 2 * position + 1;
            if (child >= _heap.Count)
                break;
            if (child + 1 < _heap.Count && Before(_heap[child + 1], _heap[child]))
                child++;
            if (!Before(_heap[child], id))
                break;
            Place(_heap[child], position);
            position = child;
        }

        Place(id, position);
    }

    private struct Item
    {
        public int Position;
        public int Bytes;
        public double DollarsPerByte;
        public double Weight;
    }
}
