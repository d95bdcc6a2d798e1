namespace OrleansLlm.Core;

/// <summary>
/// The instant after which nobody waits for a result any more, as UTC ticks, so that it can travel in a grain message.
/// Carried as a value because cancellation does not reach stateless workers (dotnet/orleans#9877).
/// </summary>
/// <param name="UtcTicks">Absolute UTC time in 100 ns ticks; <see cref="long.MaxValue"/> never passes.</param>
public readonly record struct Deadline(long UtcTicks)
{
    /// <summary>A deadline that never passes.</summary>
    public static Deadline Never { get; } = new(long.MaxValue);

    /// <summary>The instant <paramref name="budget"/> from now.</summary>
    public static Deadline After(TimeProvider time, TimeSpan budget)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new(time.GetUtcNow().UtcTicks + budget.Ticks);
    }

    /// <summary>The earlier of the two.</summary>
    public static Deadline Earlier(Deadline a, Deadline b) => a.UtcTicks <= b.UtcTicks ? a : b;

    public bool HasPassed(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return time.GetUtcNow().UtcTicks >= UtcTicks;
    }

    /// <summary>Time left; <see cref="TimeSpan.Zero"/> once it has passed, one day at most so that timers accept it.</summary>
    public TimeSpan Remaining(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var left = UtcTicks - time.GetUtcNow().UtcTicks;
        return left <= 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(left, TimeSpan.TicksPerDay));
    }
}
