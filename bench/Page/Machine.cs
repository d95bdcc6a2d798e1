using System.Globalization;
using System.Runtime.InteropServices;

namespace OrleansLlm.Bench.Page;

/// <summary>What figures hang on.</summary>
internal static class Machine
{
    private const string HaltPoll = "/sys/module/haltpoll/parameters/guest_halt_poll_ns";

    public static string Describe()
    {
        var processor = Value("/proc/cpuinfo", "model name");
        var memory = Value("/proc/meminfo", "MemTotal").Split(' ')[0] is { Length: > 0 } kilobytes ? long.Parse(kilobytes, CultureInfo.InvariantCulture) / 1048576.0 : 0;
        return $"{processor}, {Environment.ProcessorCount} cores, {memory:0} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}{Awake}";
    }

    // A virtual machine's processor that halts is woken by its host, which may take milliseconds; one that waits awake is not.
    private static string Awake =>
        File.Exists(HaltPoll) && double.TryParse(File.ReadAllText(HaltPoll), CultureInfo.InvariantCulture, out var nanoseconds) && nanoseconds > 0
            ? string.Create(CultureInfo.InvariantCulture, $", a processor without work waits awake for {nanoseconds / 1e6:0.###} ms before it halts")
            : string.Empty;

    private static string Value(string path, string name) =>
        (File.Exists(path) ? File.ReadLines(path) : []).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) is { } line ? line[(line.IndexOf(':') + 1)..].Trim() : string.Empty;
}
