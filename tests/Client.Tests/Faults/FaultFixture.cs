using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrleansLlm.Client.Tests.Faults;

/// <summary>A gateway whose providers fail, on real sockets, with deadlines short enough to wait for.</summary>
public sealed class FaultFixture : IAsyncLifetime
{
    public static readonly string[] Faults =
    [
        "good", "refused", "tls", "tls-stall", "dns", "429", "429-s", "429-ms", "429-date", "500", "503", "no-retry", "stall", "stall-mid", "cut", "reset", "reset-early",
        "malformed", "oversized", "html",
    ];

    public static readonly string[] Shapes = ["chat", "chat-stream", "responses", "responses-stream", "embeddings"];

    // Takes connections and never says a word.
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);

    internal FaultyServer Server { get; } = new();

    internal GatewayProcess Gateway { get; private set; } = null!;

    internal ActiveRequests Active { get; private set; } = null!;

    public static string ModelOf(string fault, string shape) => $"{fault}.{shape}";

    public async ValueTask InitializeAsync()
    {
        _silent.Start();
        var settings = new Dictionary<string, string?>
        {
            ["OrleansLlm:Providers:faulty:Endpoint"] = $"http://127.0.0.1:{Server.Port}/v1",
            // Who answers at once is given the shipped deadline: a busy machine takes seconds for it.
            ["OrleansLlm:Providers:stall:Endpoint"] = $"http://127.0.0.1:{Server.Port}/v1",
            ["OrleansLlm:Providers:stall:FirstByteTimeout"] = "00:00:01",
            ["OrleansLlm:Providers:refused:Endpoint"] = $"http://127.0.0.1:{ClosedPort()}/v1",
            ["OrleansLlm:Providers:tls:Endpoint"] = $"https://127.0.0.1:{Server.Port}/v1",
            ["OrleansLlm:Providers:tls-stall:Endpoint"] = $"https://127.0.0.1:{((IPEndPoint)_silent.LocalEndpoint).Port}/v1",
            ["OrleansLlm:Providers:tls-stall:ConnectTimeout"] = "00:00:00.300",
            ["OrleansLlm:Providers:dns:Endpoint"] = "https://no-such-host.invalid/v1",
            ["OrleansLlm:Gateway:IdleStreamTimeout"] = "00:00:03",
            ["OrleansLlm:Gateway:MaxReplyBytes"] = "65536",
            ["OrleansLlm:Resilience:RetryDelay"] = "00:00:00.010",
        };
        string[] shapes = [.. Shapes, "abort"];
        foreach (var provider in new[] { "refused", "tls", "tls-stall", "dns", "stall" })
        {
            for (var i = 0; i < shapes.Length; i++)
                settings[$"OrleansLlm:Providers:{provider}:Models:{i}"] = ModelOf(provider, shapes[i]);
        }

        var price = 0;
        foreach (var model in Faults.SelectMany(f => shapes.Select(s => ModelOf(f, s))))
        {
            settings[$"OrleansLlm:Pricing:Models:{price}:Model"] = model;
            settings[$"OrleansLlm:Pricing:Models:{price}:Input"] = "1";
            settings[string.Create(CultureInfo.InvariantCulture, $"OrleansLlm:Pricing:Models:{price++}:Output")] = "2";
        }

        Gateway = await GatewayProcess.StartAsync(settings);
        Active = new ActiveRequests(Gateway.Services);
    }

    public async ValueTask DisposeAsync()
    {
        Active.Dispose();
        await Gateway.DisposeAsync();
        await Server.DisposeAsync();
        _silent.Dispose();
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
