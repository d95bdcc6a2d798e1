using System.Globalization;

namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>A clock of one process that jumps when it is told to, and leaves the passing of time alone: libfaketime, if this machine has it.</summary>
internal sealed class FakeClock : IDisposable
{
    // Looked at again that often.
    private const int Seconds = 1;

    private readonly string _file = Path.Combine(Path.GetTempPath(), "orleansllm-clock-" + Guid.NewGuid().ToString("N"));
    private readonly string _library;

    public FakeClock()
    {
        var library = Directory.Exists("/usr/lib") ? Directory.EnumerateDirectories("/usr/lib").Select(static d => Path.Combine(d, "faketime", "libfaketime.so.1")).FirstOrDefault(File.Exists) : null;
        Assert.SkipWhen(library is null, "libfaketime is not installed (apt-get install faketime)");
        _library = library;
        File.WriteAllText(_file, "+0");
    }

    /// <summary>For the process that is to have it.</summary>
    public (string Name, string Value)[] Environment =>
    [
        ("LD_PRELOAD", _library),
        ("FAKETIME_TIMESTAMP_FILE", _file),
        ("FAKETIME_CACHE_DURATION", Seconds.ToString(CultureInfo.InvariantCulture)),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        // .NET waits by the monotonic clock; with this mending of it such a wait is over before it began.
        ("FAKETIME_FORCE_MONOTONIC_FIX", "0"),
    ];

    /// <summary>Sets it: so far ahead of the machine's clock, or behind it.</summary>
    public async Task SetAsync(TimeSpan ahead)
    {
        // At once: a file that is half written would be another time.
        var next = _file + ".next";
        await File.WriteAllTextAsync(next, string.Create(CultureInfo.InvariantCulture, $"{ahead.TotalSeconds:+0;-0;+0}"), TestContext.Current.CancellationToken);
        File.Move(next, _file, overwrite: true);
        await Task.Delay(TimeSpan.FromSeconds(Seconds + 1), TestContext.Current.CancellationToken);
    }

    public void Dispose() => File.Delete(_file);
}
