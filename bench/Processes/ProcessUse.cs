using System.Globalization;

namespace OrleansLlm.Bench.Processes;

/// <summary>What Linux says of a process.</summary>
/// <param name="ResidentBytes">Memory in RAM.</param>
/// <param name="CpuSeconds">User and kernel time since its start.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="Threads">Threads.</param>
internal readonly record struct ProcessUse(long ResidentBytes, double CpuSeconds, int Handles, int Threads)
{
    private const double TicksPerSecond = 100;

    public static ProcessUse Of(int processId)
    {
        var root = $"/proc/{processId}";
        var stat = File.ReadAllText(root + "/stat");
        // After the name, which may hold anything, in brackets.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessUse(
            long.Parse(fields[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize,
            (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond,
            Directory.EnumerateFileSystemEntries(root + "/fd").Count(),
            int.Parse(fields[17], CultureInfo.InvariantCulture));
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

    private static (long Idle, long All) Cpu()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(static f => long.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        return (fields[3] + fields[4], fields.Sum());
    }
}
