using System.Globalization;
using System.Runtime.InteropServices;

namespace OrleansLlm.Bench.Page;

/// <summary>What figures hang on.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var processor = Value("/proc/cpuinfo", "model name");
        var memory = Value("/proc/meminfo", "MemTotal").Split(' ')[0] is { Length: > 0 } kilobytes ? long.Parse(kilobytes, CultureInfo.InvariantCulture) / 1048576.0 : 0;
        return $"{processor}, {Environment.ProcessorCount} cores, {memory:0} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }

    private static string Value(string path, string name) =>
        (File.Exists(path) ? File.ReadLines(path) : []).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) is { } line ? line[(line.IndexOf(':') + 1)..].Trim() : string.Empty;
}
