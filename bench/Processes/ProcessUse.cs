using System.Globalization;
using System.Runtime.InteropServices;

namespace OrleansLlm.Bench.Processes;

/// <summary>What Linux says of a process.</summary>
/// <param name="ResidentBytes">Memory in RAM.</param>
/// <param name="CpuSeconds">User and kernel time since its start.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="Threads">Threads.</param>
internal readonly partial record struct ProcessUse(long ResidentBytes, double CpuSeconds, int Handles, int Threads)
{
    // The kernel's clock of a process in nanoseconds, where /proc counts hundredths of a second.
    private const int ProcessClock = 2;

    public static ProcessUse Of(int processId)
    {
        var root = $"/proc/{processId}";
        var stat = File.ReadAllText(root + "/stat");
        // After the name, which may hold anything, in brackets.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessUse(
            long.Parse(fields[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize,
            Cpu(processId),
            Directory.EnumerateFileSystemEntries(root + "/fd").Count(),
            int.Parse(fields[17], CultureInfo.InvariantCulture));
    }

    /// <summary>Processor time of the thread that compiles .NET's methods anew where they run often; zero where there is none, or none just now.</summary>
    public static double CompilerSeconds(int processId)
    {
        var seconds = 0d;
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{processId}/task"))
        {
            try
            {
                // Fifteen letters of the name are told. The first number is the time on a processor, in nanoseconds.
                if (File.ReadAllText(thread + "/comm").StartsWith(".NET Tiered", StringComparison.Ordinal))
                    seconds += long.Parse(File.ReadAllText(thread + "/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1e9;
            }
            catch (IOException)
            {
                // It ended meanwhile: one that had nothing to do for four seconds.
            }
        }

        return seconds;
    }

    /// <summary>Share of the machine's cores that was idle between two calls, from 0 to 1.</summary>
    public static Func<double> IdleSince()
    {
        var (idle, all) = Cpu();
        return () =>
        {
            var (idleNow, allNow) = Cpu();
            return (double)(idleNow - idle) / Math.Max(1, allNow - all);
        };
    }

    private static double Cpu(int processId) =>
        ReadClock((~processId << 3) | ProcessClock, out var time) == 0 ? time.Seconds + time.Nanoseconds / 1e9 : throw new InvalidOperationException($"process {processId} has no clock");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out ClockTime time);

    private static (long Idle, long All) Cpu()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(static f => long.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        return (fields[3] + fields[4], fields.Sum());
    }
}
