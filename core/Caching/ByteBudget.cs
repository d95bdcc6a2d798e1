namespace OrleansLlm.Core.Caching;

/// <summary>
/// Shares a tenant's bytes among its shards: beyond the budget those slices leave that are expected to save least per byte, wherever they
/// lie. Shards report now and then; one that was silent for long is taken for gone. Not thread-safe (a grain is the one owner).
/// </summary>
/// <param name="bytes">Most bytes of all shards together.</param>
/// <param name="silence">After this long without a report a shard counts no more.</param>
public sealed class ByteBudget(long bytes, TimeSpan silence)
{
    private readonly Dictionary<string, (IReadOnlyList<WorthSlice> Slices, DateTimeOffset At)> _shards = new(StringComparer.Ordinal);

    /// <summary>Bytes of all shards, as last reported.</summary>
    public long Bytes => _shards.Values.Sum(static s => s.Slices.Sum(static l => l.Bytes));

    /// <summary>Takes a shard's report and says how many of its bytes must leave.</summary>
    /// <param name="shard">Its id.</param>
    /// <param name="slices">Its entries in slices by rising worth; empty for a shard that holds nothing, or ends.</param>
    /// <param name="now">The time.</param>
    public long Report(string shard, IReadOnlyList<WorthSlice> slices, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(slices);
        foreach (var (key, known) in _shards)
        {
            if (now - known.At > silence)
                _shards.Remove(key);
        }

        if (slices.Count == 0)
        {
            _shards.Remove(shard);
            return 0;
        }

        _shards[shard] = (slices, now);
        var excess = Bytes - bytes;
        if (excess <= 0)
            return 0;
        // All slices by worth, the reporter's own first among equals: it is the one that can act now.
        var leaving = 0L;
        foreach (var (owner, slice) in _shards.SelectMany(static s => s.Value.Slices.Select(l => (s.Key, l))).OrderBy(static s => s.l.Worth).ThenBy(s => s.Key != shard).ThenBy(static s => s.Key, StringComparer.Ordinal))
        {
            if (excess <= 0)
                break;
            var taken = Math.Min(slice.Bytes, excess);
            excess -= taken;
            if (owner == shard)
                leaving += taken;
        }

        return leaving;
    }
}

/// <summary>Some of a shard's entries.</summary>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Worth">Binary logarithm of what they are expected to save per byte, comparable between shards of the same half-life.</param>
public readonly record struct WorthSlice(long Bytes, double Worth);
