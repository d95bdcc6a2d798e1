using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using k8s.Models;

namespace OrleansLlm.Cluster.Tests.Kubernetes;

/// <summary>
/// A pod's only container as a process of this machine, from its rendered manifest and its Dockerfile: their environment, arguments, ports,
/// volumes and probes. A pod's address is one of loopback, so that ports are the manifest's own; its mounts are folders of its own.
/// </summary>
internal sealed partial class PodProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly V1PodSpec _spec;
    private readonly IPAddress _address;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private PodProcess(string name, V1PodSpec spec, IPAddress address, Process process)
    {
        Name = name;
        _spec = spec;
        _address = address;
        _process = process;
        process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? string.Empty);
        process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? string.Empty);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    public string Output => string.Join('\n', _output);

    private V1Container Container => _spec.Containers.Single();

    /// <param name="name">A name for messages.</param>
    /// <param name="spec">The pod.</param>
    /// <param name="address">Its address.</param>
    /// <param name="folder">Where its file system lies.</param>
    /// <param name="files">Files of secrets and config maps: <c>NAME/KEY</c> to text.</param>
    /// <param name="hosts">Names that the cluster's DNS would know, with the addresses that they have here.</param>
    /// <param name="outside">What is not of the cluster: settings that name the world outside.</param>
    public static PodProcess Start(
        string name, V1PodSpec spec, IPAddress address, DirectoryInfo folder, IReadOnlyDictionary<string, string> files, IReadOnlyDictionary<string, string> hosts, (string Name, string Value)[] outside)
    {
        var container = spec.Containers.Single();
        var mounts = new Regex($@"(?<![\w/])({string.Join('|', container.VolumeMounts.Select(static m => Regex.Escape(m.MountPath)).OrderByDescending(static p => p.Length))})(?![\w-])");
        string Here(string text)
        {
            text = mounts.Replace(text, m => folder.FullName + m.Value);
            foreach (var (host, at) in hosts)
                text = text.Replace(host + ":", at + ":", StringComparison.Ordinal);
            return text.Replace("0.0.0.0", address.ToString(), StringComparison.Ordinal);
        }

        foreach (var mount in container.VolumeMounts)
        {
            var at = Directory.CreateDirectory(folder.FullName + mount.MountPath).FullName;
            var volume = spec.Volumes.SingleOrDefault(v => v.Name == mount.Name);
            if ((volume?.Secret?.SecretName ?? volume?.ConfigMap?.Name) is not { } source)
                continue;
            foreach (var (key, text) in files.Where(f => f.Key.StartsWith(source + "/", StringComparison.Ordinal)))
                File.WriteAllText(Path.Combine(at, key[(source.Length + 1)..]), Here(text));
        }

        // A container has its own environment alone.
        var environment = new Dictionary<string, string?> { ["PATH"] = Environment.GetEnvironmentVariable("PATH"), ["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT"), ["TMPDIR"] = folder.FullName + "/tmp" };
        List<string> command;
        if (container.Command is { Count: > 0 } given)
        {
            // It listens on its pod's address alone: other tests have a Redis as well.
            command = [.. given, .. container.Args.Select(a => Here(a).Replace("\ndir ", $"\nbind {address}\ndir ", StringComparison.Ordinal))];
        }
        else
        {
            var dockerfile = File.ReadAllText(Path.Combine(Manifests.Root, container.Name + ".Dockerfile"));
            command = JsonSerializer.Deserialize<List<string>>(Entrypoint().Match(dockerfile).Groups[1].Value)!;
            command[1] = Path.Combine(AppContext.BaseDirectory, command[1]);
            foreach (var variable in Variables().Matches(dockerfile).SelectMany(static m => m.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
                environment[variable[..variable.IndexOf('=', StringComparison.Ordinal)]] = Here(variable[(variable.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim());
        }

        foreach (var variable in container.Env ?? [])
            environment[variable.Name] = variable.ValueFrom?.FieldRef is { } field ? (field.FieldPath == "status.podIP" ? address.ToString() : throw new NotSupportedException(field.FieldPath)) : Here(variable.Value);
        foreach (var (variable, value) in outside)
            environment[variable] = value;

        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.FullName };
        start.Environment.Clear();
        foreach (var (variable, value) in environment.Where(static v => v.Value is not null))
            start.Environment[variable] = value;
        return new PodProcess(name, spec, address, Process.Start(start)!);
    }

    public Uri Url(string port) => new($"http://{_address}:{PortOf(port).ToString(CultureInfo.InvariantCulture)}");

    /// <summary>As kubelet: the start-up probe at its period, until it succeeds or has failed as often as it may; then the other two once.</summary>
    public async Task StartedAsync()
    {
        var startup = Container.StartupProbe;
        for (var failures = 0; !await ProbeAsync(startup); failures++)
        {
            Assert.True(failures < (startup.FailureThreshold ?? 3) && !_process.HasExited, $"{Name} did not start. It said:\n{Output}");
            await Task.Delay(TimeSpan.FromSeconds(startup.PeriodSeconds ?? 10), TestContext.Current.CancellationToken);
        }

        Assert.True(await ProbeAsync(Container.LivenessProbe), Name + " is not alive");
        Assert.True(await ProbeAsync(Container.ReadinessProbe), Name + " is not ready");
    }

    /// <summary>SIGTERM. The exit code, and how long it took with the hook before it; null where its grace period was over first and it was killed.</summary>
    public async Task<(int? ExitCode, TimeSpan Took)> TerminateAsync()
    {
        // kubelet counts the hook's time, too.
        var hook = TimeSpan.FromSeconds(Container.Lifecycle?.PreStop?.Sleep?.Seconds ?? 0);
        var clock = Stopwatch.StartNew();
        Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
        using var grace = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        grace.CancelAfter(TimeSpan.FromSeconds(_spec.TerminationGracePeriodSeconds ?? 30) - hook);
        try
        {
            await _process.WaitForExitAsync(grace.Token);
            return (_process.ExitCode, clock.Elapsed + hook);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return (null, clock.Elapsed + hook);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        // Its own end, not that of the pipes: a child that was left behind would hold them open.
        await Task.Run(() => _process.WaitForExit(s_patience));
        _process.Dispose();
    }

    private async Task<bool> ProbeAsync(V1Probe probe)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(probe.TimeoutSeconds ?? 1));
        try
        {
            if (probe.HttpGet is { } get)
            {
                using var http = new HttpClient();
                using var response = await http.GetAsync(new Uri(Url(get.Port.Value), get.Path), limit.Token);
                return response.IsSuccessStatusCode;
            }

            using var client = new TcpClient();
            await client.ConnectAsync(_address, PortOf(probe.TcpSocket.Port.Value), limit.Token);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or OperationCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private int PortOf(string name) => Container.Ports.Single(p => p.Name == name).ContainerPort;

    [GeneratedRegex(@"^ENTRYPOINT (\[.*\])$", RegexOptions.Multiline)]
    private static partial Regex Entrypoint();

    [GeneratedRegex("^ENV (.*)$", RegexOptions.Multiline)]
    private static partial Regex Variables();
}
