using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using OrleansLlm.Cluster.Tests.Faults;

namespace OrleansLlm.Cluster.Tests.Hosting;

/// <summary>A program of ours as a process of its own, as in production.</summary>
internal sealed class GatewayProgram : IAsyncDisposable
{
    // Seconds, but for a machine that is busy with other things.
    private static readonly TimeSpan s_startLimit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output;
    private readonly DirectoryInfo _folder;

    private GatewayProgram(Process process, ConcurrentQueue<string> output, DirectoryInfo folder, string url)
    {
        _process = process;
        _output = output;
        _folder = folder;
        Http = new HttpClient { BaseAddress = new Uri(url) };
    }

    /// <summary>The setting of a silo that is asked for nothing its models do: to load them is two fifths of a start.</summary>
    public static (string Name, string Value) WithoutModels { get; } =
        ("OrleansLlm__Inference__ModelsDirectory", Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "no-models")).FullName);

    public HttpClient Http { get; }

    public bool HasEnded => _process.HasExited;

    /// <summary>Its resident memory in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public string Output => string.Join('\n', _output);

    /// <summary>Starts <paramref name="assembly"/> (beside this test's) with settings as environment variables and waits until it is ready.</summary>
    public static Task<GatewayProgram> StartAsync(string assembly, params (string Name, string Value)[] environment) => StartAsync(assembly, s_startLimit, environment);

    /// <summary>The same with another patience.</summary>
    public static Task<GatewayProgram> StartAsync(string assembly, TimeSpan limit, params (string Name, string Value)[] environment) => ReadyAsync(assembly, limit, Launch(assembly, environment));

    /// <summary>The same on a machine of its own.</summary>
    public static Task<GatewayProgram> StartAsync(string assembly, TestMachine machine, params (string Name, string Value)[] environment) =>
        ReadyAsync(assembly, s_startLimit, Launch(assembly, machine, environment));

    /// <summary>The same, and nobody reads its standard output before it has ended (<see cref="UnreadAsync"/>).</summary>
    public static Task<GatewayProgram> StartUnreadAsync(string assembly, params (string Name, string Value)[] environment) =>
        ReadyAsync(assembly, s_startLimit, Launch(assembly, null, environment, isRead: false));

    private static async Task<GatewayProgram> ReadyAsync(string assembly, TimeSpan limit, GatewayProgram program)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < limit && !program._process.HasExited;)
        {
            if (await program.IsReadyAsync())
                return program;
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        var said = program.Output;
        await program.DisposeAsync();
        throw new TimeoutException($"{assembly} did not become ready. It said:\n{said}");
    }

    /// <summary>Starts <paramref name="assembly"/> and waits for nothing.</summary>
    public static GatewayProgram Launch(string assembly, params (string Name, string Value)[] environment) => Launch(assembly, null, environment);

    private static GatewayProgram Launch(string assembly, TestMachine? machine, (string Name, string Value)[] environment, bool isRead = true)
    {
        var folder = Directory.CreateTempSubdirectory("orleansllm-test-");
        var url = $"http://{machine?.Address ?? "127.0.0.1"}:{LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)}";
        string[] command = [.. machine?.Enter ?? [], "dotnet", Path.Combine(AppContext.BaseDirectory, assembly)];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ORLEANSLLM_URLS"] = url,
                ["ORLEANSLLM_DATA"] = Path.Combine(folder.FullName, "data"),
                // A busy test machine must not turn a hit into a skipped layer.
                ["OrleansLlm__Gateway__CacheTimeout"] = "00:00:20",
                ["OrleansLlm__Gateway__RoutingTimeout"] = "00:00:20",
                ["OrleansLlm__Gateway__CompressionTimeout"] = "00:00:20",
            },
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        var output = new ConcurrentQueue<string>();
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? string.Empty);
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? string.Empty);
        if (isRead)
            process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new GatewayProgram(process, output, folder, url);
    }

    /// <summary>Whether it serves.</summary>
    public Task<bool> IsReadyAsync() => Readiness.OfAsync(Http);

    public Task<HttpResponseMessage> AskAsync(string question, bool stream = false)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new { model = "gpt-4o", stream, messages = new[] { new { role = "user", content = question } } }),
        };
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>What is left of the output that nobody read.</summary>
    public Task<string> UnreadAsync() => _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

    /// <summary>SIGTERM, as Kubernetes sends it.</summary>
    public void Terminate() => ProcessSignal.Send(_process, "TERM");

    /// <summary>As <c>kill -9</c>.</summary>
    public void Kill() => _process.Kill();

    /// <summary>The exit code, once it has ended.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
