using System.Diagnostics;
using System.Runtime.InteropServices;
using OrleansLlm.Bench.Processes;

namespace OrleansLlm.Bench.Load;

/// <summary>
/// Waits for a moment to within some ten microseconds and leaves the processor to what is measured: load that spins for a millisecond before each
/// request has, at 200 a second, a third of a processor, and what wakes up beside it waits for the end of its slice (2 to 5 ms on Linux).
/// </summary>
internal static partial class PreciseWait
{
    private const int ClockMonotonic = 1;
    private const int AbsoluteTime = 1;
    private const int SetTimerSlack = 29;

    // EINTR.
    private const int Interrupted = 4;

    // A thread that sleeps is there this much too late at times; the rest is spun.
    private static readonly long s_spun = Stopwatch.Frequency / 20_000;

    [ThreadStatic]
    private static bool t_precise;

    /// <summary>Returns at a <see cref="Stopwatch"/> timestamp, at once where it is past.</summary>
    public static void Until(long timestamp)
    {
        if (timestamp - Stopwatch.GetTimestamp() > s_spun)
            Sleep(timestamp - s_spun);
        while (Stopwatch.GetTimestamp() < timestamp)
            Thread.SpinWait(5);
    }

    private static void Sleep(long until)
    {
        // Stopwatch counts the nanoseconds of this clock there.
        if (!OperatingSystem.IsLinux())
        {
            Thread.Sleep((int)((until - Stopwatch.GetTimestamp()) * 1000 / Stopwatch.Frequency));
            return;
        }

        if (!t_precise)
        {
            _ = Control(SetTimerSlack, 1, 0, 0, 0);
            t_precise = true;
        }

        var at = new ClockTime(until / Stopwatch.Frequency, until % Stopwatch.Frequency);
        while (SleepUntil(ClockMonotonic, AbsoluteTime, at, 0) == Interrupted)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int SleepUntil(int clock, int flags, in ClockTime until, nint left);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint first, nuint second, nuint third, nuint fourth);
}
