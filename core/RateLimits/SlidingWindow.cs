namespace OrleansLlm.Core.RateLimits;

/// <summary>
/// Counts what was given in the last minute, in slots of half a second: no minute, wherever it begins, holds more than the limit. A bucket that
/// refills would let through twice the limit in the minute after a quiet one. Time is what has passed since any one moment, and no time of day: that
/// may be set, and a minute with it. Not safe for concurrent use.
/// </summary>
public sealed class SlidingWindow
{
    /// <summary>The period that limits are given for.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private const int SlotsPerPeriod = 120;
    private static readonly long SlotTicks = Period.Ticks / SlotsPerPeriod;

    // One more than the period: the slot that is being filled.
    private readonly long[] _slots = new long[SlotsPerPeriod + 1];
    private long _current = long.MinValue;

    /// <summary>Given in the last minute; above a limit where more was charged afterwards.</summary>
    public long Used { get; private set; }

    /// <summary>Takes up to <paramref name="wanted"/> of what is left; returns how much.</summary>
    public long Take(long wanted, long limit, TimeSpan now)
    {
        Advance(now);
        var taken = Math.Clamp(limit - Used, 0, Math.Max(0, wanted));
        Add(taken);
        return taken;
    }

    /// <summary>Counts what was used without having been taken (positive), or gives back what was taken and not used (negative).</summary>
    public void Charge(long amount, TimeSpan now)
    {
        Advance(now);
        if (amount >= 0)
        {
            Add(amount);
            return;
        }

        // From the newest on: what is given back was taken lately.
        var left = -amount;
        for (var i = 0; i < _slots.Length && left > 0; i++)
        {
            ref var slot = ref _slots[IndexOf(_current - i)];
            var part = Math.Min(slot, left);
            slot -= part;
            Used -= part;
            left -= part;
        }
    }

    /// <summary>How long until <paramref name="amount"/> is left; <see cref="Period"/> where it never is.</summary>
    public TimeSpan Until(long amount, long limit, TimeSpan now)
    {
        Advance(now);
        var used = Used;
        for (var i = _slots.Length - 1; i >= 0; i--)
        {
            if (used + amount <= limit)
                return i == _slots.Length - 1 ? TimeSpan.Zero : EndOf(_current - i - 1, now);
            used -= _slots[IndexOf(_current - i)];
        }

        return used + amount <= limit ? EndOf(_current, now) : Period;
    }

    private static int IndexOf(long slot) => (int)(slot % (SlotsPerPeriod + 1));

    // When what a slot holds is a minute old.
    private static TimeSpan EndOf(long slot, TimeSpan now) => TimeSpan.FromTicks(Math.Max(0, ((slot + SlotsPerPeriod + 1) * SlotTicks) - now.Ticks));

    private void Add(long amount)
    {
        _slots[IndexOf(_current)] += amount;
        Used += amount;
    }

    private void Advance(TimeSpan now)
    {
        // A clock that goes back stays in the slot it was in.
        var slot = Math.Max(now.Ticks / SlotTicks, _current);
        if (_current == long.MinValue || slot - _current >= _slots.Length)
        {
            Array.Clear(_slots);
            Used = 0;
        }
        else
        {
            for (var next = _current + 1; next <= slot; next++)
            {
                ref var old = ref _slots[IndexOf(next)];
                Used -= old;
                old = 0;
            }
        }

        _current = slot;
    }
}
