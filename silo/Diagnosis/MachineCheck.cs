using System.Globalization;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Memory, disk and the folder of the embedded store.</summary>
internal sealed class MachineCheck : ICheck
{
    private const long MegaByte = 1024 * 1024;

    // Models and runtime take about 450 MB at rest; the rest is room for answers.
    private const long LeastMemory = 1024 * MegaByte;
    private const long LeastDisk = 1024 * MegaByte;

    public string Name => "machine";

    public Task<IReadOnlyList<Finding>> RunAsync(SetUp setUp, CancellationToken cancellationToken)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var findings = new List<Finding>
        {
            memory < LeastMemory
                ? new Finding(Name, Severity.Warning, $"{Size(memory)} of memory for this process", $"Give it {Size(LeastMemory)} or more; the models alone take about 450 MB.")
                : new Finding(Name, Severity.Ok, $"{Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)} processors, {Size(memory)} of memory"),
        };
        if (setUp.Options<Client.Configuration.StoreOptions>().Redis is null)
            findings.Add(DataDirectory(Path.GetFullPath(setUp.Settings.DataDirectory)));
        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    private Finding DataDirectory(string folder)
    {
        // One that the start would make is not left behind.
        var isNew = !Directory.Exists(folder);
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, ".doctor-" + Guid.NewGuid().ToString("N"));
            File.WriteAllBytes(probe, [1]);
            File.Delete(probe);
            var free = new DriveInfo(folder).AvailableFreeSpace;
            if (isNew)
                Directory.Delete(folder);
            return free < LeastDisk
                ? new Finding(Name, Severity.Warning, $"only {Size(free)} free for {folder}", "Free some space, or set ORLEANSLLM_DATA to a folder on a larger disk.")
                : new Finding(Name, Severity.Ok, $"{folder} can be written, {Size(free)} free");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding(Name, Severity.Fault, $"{folder} cannot be written: {e.Message}", "Set ORLEANSLLM_DATA to a folder that this user may write.");
        }
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1024 * MegaByte):0.0} GiB");
}
