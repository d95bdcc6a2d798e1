using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace OrleansLlm.Client.Tests.Wire;

/// <summary>One gateway before one recorded provider: every recording replayed through it, and every client let loose on it.</summary>
public sealed class WireRun : IAsyncLifetime
{
    private const string ApiVersion = "?api-version=2024-10-21";

    private RecordedProvider _provider = null!;

    internal GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>By recording: null where only declared edits changed it, else what differs.</summary>
    internal Dictionary<string, string?> Replays { get; } = [];

    /// <summary>By client and feature: null where it works, else what went wrong.</summary>
    internal Dictionary<string, Dictionary<string, string?>> Clients { get; private set; } = [];

    /// <summary>Whether the Node clients were there to run.</summary>
    internal bool HasNode { get; private set; }

    /// <summary>Slow streams that the provider saw cut.</summary>
    internal int Abandoned => _provider.Abandoned;

    public async ValueTask InitializeAsync()
    {
        _provider = await RecordedProvider.StartAsync();
        Gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>(_provider.Server.Settings())
        {
            ["OrleansLlm:Providers:messages:Kind"] = "Anthropic",
            ["OrleansLlm:Providers:messages:Endpoint"] = _provider.Server.Endpoint,
        });
        foreach (var recording in Recording.All.Values)
            Replays[recording.Key] = await ReplayAsync(recording);
        var url = new Uri(Gateway.Url);
        Clients = await new DotNetProbes(url, "any").RunAsync();
        foreach (var (client, features) in await NodeAsync(url))
            Clients[client] = features;
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _provider.DisposeAsync();
    }

    private static IEnumerable<string> AddressesOf(Recording recording) => recording.Form switch
    {
        "chat" => ["/v1/chat/completions", "/openai/v1/chat/completions", "/openai/deployments/gpt-4o/chat/completions" + ApiVersion],
        "responses" => ["/v1/responses", "/openai/v1/responses", "/openai/responses" + ApiVersion],
        "messages" => ["/v1/messages"],
        "completions" => ["/v1/completions", "/openai/v1/completions", "/openai/deployments/gpt-3.5-turbo-instruct/completions" + ApiVersion],
        _ => ["/v1/embeddings", "/openai/v1/embeddings", "/openai/deployments/text-embedding-3-small/embeddings" + ApiVersion],
    };

    private async Task<string?> ReplayAsync(Recording recording)
    {
        foreach (var address in AddressesOf(recording))
        {
            if (recording.Plain is not null && await ReplayAsync(recording, address, recording.Request, recording.Request, recording.Plain) is { } plain)
                return $"{address}, plain: {plain}";
            if ((recording.Streamed ?? (recording.IsError && recording.Form != "embeddings" ? recording.Plain : null)) is not { } answer)
                continue;
            var request = Insert(recording.Request, "\"stream\":true,");
            // Declared edits: usage is asked for where the caller did not, and then its chunk is not the caller's.
            var asks = recording.Form is "responses" or "messages" || Encoding.UTF8.GetString(recording.Request).Contains("\"include_usage\": true", StringComparison.Ordinal);
            var sent = asks ? request : Insert(request, "\"stream_options\":{\"include_usage\":true},");
            if (await ReplayAsync(recording, address, request, sent, asks ? answer : WithoutUsage(answer)) is { } streamed)
                return $"{address}, streamed: {streamed}";
        }

        return null;
    }

    private async Task<string?> ReplayAsync(Recording recording, string address, byte[] request, byte[] sent, byte[] expected)
    {
        _provider.Server.Requests.Clear();
        using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(request) };
        message.Content.Headers.ContentType = new("application/json");
        message.Headers.TryAddWithoutValidation("api-key", "any");
        message.Headers.TryAddWithoutValidation("Cache-Control", "no-store");
        using var response = await Gateway.Http.SendAsync(message, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            body = body[..body.AsSpan().LastIndexOf(": x-orleansllm-"u8)];
        var requests = _provider.Server.Requests.ToArray();
        if (requests.Length != 1)
            return $"{requests.Length} calls of the provider";
        if (!requests[0].Body.AsSpan().SequenceEqual(sent))
            return "the provider was sent " + Encoding.UTF8.GetString(requests[0].Body);
        if (response.StatusCode != (HttpStatusCode)recording.Status)
            return "status " + response.StatusCode;
        if (!body.AsSpan().SequenceEqual(expected))
            return "the caller got " + Encoding.UTF8.GetString(body);
        foreach (var (name, value) in recording.Headers)
        {
            if (response.Header(name) != value)
                return $"header {name}: {response.Header(name)}";
        }

        return null;
    }

    private static byte[] Insert(byte[] body, string property)
    {
        var at = body.AsSpan().IndexOf((byte)'{') + 1;
        return [.. body[..at], .. Encoding.UTF8.GetBytes(property), .. body[at..]];
    }

    private static byte[] WithoutUsage(byte[] stream)
    {
        var text = Encoding.UTF8.GetString(stream);
        var end = text.Contains("\r\n\r\n", StringComparison.Ordinal) ? "\r\n\r\n" : "\n\n";
        return Encoding.UTF8.GetBytes(string.Join(end, text.Split(end).Where(static e => !e.Contains("\"choices\":[],\"usage\":{", StringComparison.Ordinal))));
    }

    private async Task<Dictionary<string, Dictionary<string, string?>>> NodeAsync(Uri gateway)
    {
        var folder = Path.Combine(Repository.Root, "tests", "Client.Tests", "Node");
        HasNode = Directory.Exists(Path.Combine(folder, "node_modules", "@langchain", "openai"));
        if (!HasNode)
            return [];
        using var node = Process.Start(new ProcessStartInfo("node")
        {
            ArgumentList = { "wire.mjs", new Uri(gateway, "/v1").ToString(), "any" },
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await errors);
        using var results = JsonDocument.Parse(output);
        return results.RootElement.EnumerateObject().ToDictionary(
            static c => c.Name,
            static c => c.Value.EnumerateObject().ToDictionary(static f => f.Name, static f => f.Value.ValueKind == JsonValueKind.True ? null : f.Value.ToString()));
    }
}
