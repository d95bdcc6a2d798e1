using System.Diagnostics;

namespace OrleansLlm.Client.Tests.Allocation;

/// <summary>
/// What a request allocates in the whole gateway, its own work behind the reply (ledger, store, telemetry) included. Unlike time it is the same on any
/// machine. Alone in the process while it runs, for it counts all that the process allocates.
/// </summary>
[Collection(nameof(AloneInProcess))]
public sealed class HotPathAllocationTests
{
    private const int Warmup = 600;
    private const int Rounds = 4;
    private const int Requests = 500;
    private const int Tokens = 2000;
    private const int TokensInStep = 800;

    [Fact]
    public async Task Requests_OfEachHotPath_StayWithinTheirBounds()
    {
        using var peer = new SocketPeer();
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>
        {
            ["OrleansLlm:Providers:raw:Endpoint"] = peer.Endpoint,
            ["OrleansLlm:Layers:Routing"] = "Off",
            ["OrleansLlm:Layers:Compression"] = "Off",
            ["OrleansLlm:Layers:Cache"] = "Off",
        });
        using var socket = SocketPeer.Connect(new Uri(gateway.Url));
        var plain = SocketPeer.Request(stream: false);
        var idle = IdlePerSecond(() => peer.Exchange(socket, plain));
        Hold("pass-through request", 20_000, PerCall(Requests, () => peer.Exchange(socket, plain), idle));

        var streamed = SocketPeer.Request(stream: true);
        peer.Tokens = 0;
        var none = PerCall(25, () => peer.Exchange(socket, streamed), idle);
        peer.Tokens = Tokens;
        Hold("streamed token of several that come together", 40, (PerCall(2, () => peer.Exchange(socket, streamed), idle, warmup: 3) - none) / Tokens);
        (peer.Tokens, peer.IsInStep) = (TokensInStep, true);
        // 112 are the HTTP client's for each read of its socket, 11 the growing text's.
        Hold("streamed token that is read by itself", 200, (PerCall(2, () => peer.Exchange(socket, streamed), idle, warmup: 2) - none) / TokensInStep);
    }

    [Fact]
    public async Task Requests_AnsweredByTheExactCache_StayWithinTheirBound()
    {
        using var peer = new SocketPeer();
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?> { ["OrleansLlm:Providers:raw:Endpoint"] = peer.Endpoint });
        using var socket = SocketPeer.Connect(new Uri(gateway.Url));
        var plain = SocketPeer.Request(stream: false);
        Hold("exact hit", 17_000, PerCall(Requests, () => peer.Exchange(socket, plain), IdlePerSecond(() => peer.Exchange(socket, plain))));
    }

    /// <summary>The least of several rounds: what the process does of its own accord meanwhile (timers, the store's keeping, compilation) takes more of a round the slower the machine is.</summary>
    /// <param name="calls">Calls of a round.</param>
    /// <param name="call">One.</param>
    /// <param name="idle">Bytes a second that are not the calls'.</param>
    /// <param name="warmup">Calls before the first round.</param>
    private static double PerCall(int calls, Action call, double idle, int warmup = Warmup)
    {
        for (var i = 0; i < warmup; i++)
            call();
        var least = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var (before, started) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
            for (var i = 0; i < calls; i++)
                call();
            var own = idle * Stopwatch.GetElapsedTime(started).TotalSeconds;
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before - own) / calls);
        }

        return least;
    }

    // Once a start and the first calls are over.
    private static double IdlePerSecond(Action call)
    {
        for (var i = 0; i < Warmup; i++)
            call();
        Thread.Sleep(1000);
        var (before, started) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
        Thread.Sleep(2000);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Hold(string what, double most, double allocated)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {allocated:0} bytes");
        Assert.True(allocated <= most, $"A {what} allocates {allocated:0} bytes; {most:0} are its bound.");
    }
}

/// <summary>Tests that count what the process does while they run.</summary>
[CollectionDefinition(nameof(AloneInProcess), DisableParallelization = true)]
public sealed class AloneInProcess;
