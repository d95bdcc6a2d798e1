namespace OrleansLlm.Core;

/// <summary>
/// The time of day, never earlier than it was: where the machine's clock is set back, it goes on from where it was, a tenth slower than time passes,
/// until the two agree; where it is set forward, it follows. So what has expired stays so, nothing lasts much longer than it was to, and no wait for a
/// moment becomes an hour longer. Timestamps and timers are the machine's.
/// </summary>
/// <param name="machine">The machine's clock.</param>
public sealed class SteadyTimeProvider(TimeProvider machine) : TimeProvider
{
    private const int Slowness = 10;

    // Threads that read the clock do not all write, too.
    private static readonly long s_interval = TimeSpan.FromMilliseconds(10).Ticks;

    private readonly long _origin = machine.GetTimestamp();

    // By how much the time of day is ahead of the time passed since the origin.
    private long _ahead = long.MinValue;

    // The time passed from which on it goes slower where the clock is behind: never earlier than the last reading.
    private long _slowFrom;

    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        // In this order: a thread that is held up between the two sees the clock behind, never ahead.
        var clock = machine.GetUtcNow();
        var passed = machine.GetElapsedTime(_origin).Ticks;
        var actual = clock.UtcTicks - passed;
        var ahead = Volatile.Read(ref _ahead);
        while (actual > ahead)
        {
            var seen = Interlocked.CompareExchange(ref _ahead, actual, ahead);
            if (seen == ahead)
                break;
            ahead = seen;
        }

        if (actual < ahead)
            return new DateTimeOffset(passed + Slow(ahead, actual, passed), TimeSpan.Zero);
        if (passed >= Volatile.Read(ref _slowFrom))
            Volatile.Write(ref _slowFrom, passed + s_interval);
        return clock;
    }

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);

    private long Slow(long ahead, long actual, long passed)
    {
        var from = Volatile.Read(ref _slowFrom);
        if (passed <= from || Interlocked.CompareExchange(ref _slowFrom, passed, from) != from)
            return ahead;
        var slower = Math.Max(actual, ahead - ((passed - from) / Slowness));
        var seen = Interlocked.CompareExchange(ref _ahead, slower, ahead);
        return seen == ahead ? slower : seen;
    }
}
