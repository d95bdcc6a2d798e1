using System.Globalization;

namespace OrleansLlm.Bench.Processes;

/// <summary>The mock upstream as a process of its own.</summary>
internal sealed class UpstreamChild : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private UpstreamChild(ChildProcess process, string endpoint) => (_process, Endpoint) = (process, endpoint);

    /// <summary>Base address as a provider's <c>Endpoint</c> wants it.</summary>
    public string Endpoint { get; }

    public static async Task<UpstreamChild> StartAsync()
    {
        var (child, endpoint) = await ChildProcess.StartPartAsync("upstream");
        return new UpstreamChild(child, endpoint);
    }

    /// <summary>Requests answered so far.</summary>
    public async Task<int> CallsAsync() => int.Parse(await _process.AskAsync("calls"), CultureInfo.InvariantCulture);

    /// <summary>How long it takes over an answer from now on.</summary>
    public Task DelayAsync(int milliseconds) => _process.AskAsync($"delay {milliseconds}");

    /// <summary>Streams from now on have so many tokens, so far apart.</summary>
    public Task StreamAsync(int tokens, int millisecondsApart) => _process.AskAsync($"stream {tokens} {millisecondsApart}");

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
