using System.Diagnostics;

namespace OrleansLlm.Bench.Processes;

/// <summary>A process that the bench starts and ends.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public ProcessUse Use => ProcessUse.Of(_process.Id);

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program whose output is of no use.</summary>
    public static ChildProcess Start(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        var child = new ChildProcess(Process.Start(start)!);
        // A full pipe would stop it.
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Starts this program in another part; it says a line when it is ready and ends with its input.</summary>
    public static async Task<(ChildProcess Child, string Ready)> StartPartAsync(string part, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        // What a web server has by default; the load has not.
        if (part == "yarp")
            start.Environment["DOTNET_gcServer"] = "1";
        foreach (var argument in (string[])[BenchParts.Option, part, .. arguments])
            start.ArgumentList.Add(argument);
        var child = new ChildProcess(Process.Start(start)!);
        return (child, await child.ReadLineAsync());
    }

    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await ReadLineAsync();
    }

    /// <summary>Waits until an address answers with success.</summary>
    /// <exception cref="InvalidOperationException">It did not in a minute, or the process ended.</exception>
    public async Task<TimeSpan> WaitUntilReadyAsync(string url, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(1) && !HasExited)
        {
            try
            {
                using var ready = await http.GetAsync(url, cancellationToken);
                if (ready.IsSuccessStatusCode)
                    return Stopwatch.GetElapsedTime(started);
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(20, cancellationToken);
        }

        throw new InvalidOperationException($"{_process.StartInfo.FileName} did not start");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A part of the bench ended.");
}
