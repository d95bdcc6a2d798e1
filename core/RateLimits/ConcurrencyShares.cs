namespace OrleansLlm.Core.RateLimits;

/// <summary>How many requests each process may have under way at once. The share of a process that is no longer heard of goes back. Not safe for concurrent use.</summary>
public sealed class ConcurrencyShares
{
    /// <summary>A process that lives says what it holds more often than this.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (long Held, TimeSpan Until)> _shares = new(StringComparer.Ordinal);

    /// <summary>Held by all processes together.</summary>
    public long Total { get; private set; }

    /// <summary>Makes a process's share as much of <paramref name="wanted"/> as the limit leaves; returns it. Time is what has passed since any one moment.</summary>
    public long Set(string process, long wanted, long limit, TimeSpan now)
    {
        foreach (var (gone, _) in _shares.Where(s => s.Value.Until <= now).ToList())
            Remove(gone);
        Remove(process);
        var held = Math.Clamp(wanted, 0, Math.Max(0, limit - Total));
        if (held > 0)
            _shares[process] = (held, now + Lease);
        Total += held;
        return held;
    }

    private void Remove(string process)
    {
        if (_shares.Remove(process, out var share))
            Total -= share.Held;
    }
}
