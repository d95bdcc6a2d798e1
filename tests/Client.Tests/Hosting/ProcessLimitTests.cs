using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using OrleansLlm.Client.Tests.EndToEnd;

namespace OrleansLlm.Client.Tests.Hosting;

/// <summary>What one process takes at once, and what it says to more.</summary>
public sealed partial class ProcessLimitTests
{
    private const int Connections = 10;
    private const string Playground = "/playground";

    private static readonly Dictionary<string, string?> s_settings = new()
    {
        ["OrleansLlm:Api:MaxConcurrentRequests"] = "1",
        ["OrleansLlm:Api:MaxQueuedRequests"] = "0",
        ["OrleansLlm:Api:MaxConnections"] = "10",
        ["OrleansLlm:Simulator:FirstTokenLatency"] = "00:01:00",
    };

    [Fact]
    public async Task Process_AtItsLimits_TurnsThePlaygroundAndFurtherConnectionsAway()
    {
        await using var gateway = await GatewayProcess.StartAsync(s_settings);
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(gateway.Url) };
        await PlaygroundIsGatedAsync(http);
        await ConnectionsAreCountedAsync(gateway.Url);
    }

    [Fact]
    public async Task Bodies_BeyondTheirRoom_AreToldToComeBackAndTheirRoomIsFreeAgain()
    {
        var held = new FirstCallHeld();
        await using var gateway = await GatewayProcess.StartAsync(
            new Dictionary<string, string?> { ["OrleansLlm:Api:MaxBodyBytes"] = "1000000", ["OrleansLlm:Api:MaxConcurrentBodyBytes"] = "2000000" },
            wrapUpstreams: (_, upstreams) => held.Before(upstreams));
        var large = string.Concat(Enumerable.Repeat("word ", 120_000));
        var first = gateway.AskAsync(large);
        await held.ArrivedAsync();
        using (var second = await gateway.PostAsync(large))
        {
            Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (second.StatusCode, second.Header("retry-after")));
            Assert.Equal("rate_limit_exceeded", (await second.ErrorAsync()).GetProperty("code").GetString());
        }

        // No JSON, which is told once it has been read: what is small finds room beside what is large.
        using (var small = await gateway.PostAsync("w"))
            Assert.Equal(HttpStatusCode.BadRequest, small.StatusCode);
        held.LetGo();
        using (var answer = await first)
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await UntilAsync(async () =>
        {
            using var again = await gateway.PostAsync(large);
            return again.StatusCode == HttpStatusCode.BadRequest;
        });
    }

    private static async Task PlaygroundIsGatedAsync(HttpClient http)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var first = http.PostAsJsonAsync("/v1/chat/completions", new { model = "gpt-4o", messages = new[] { new { role = "user", content = "Who is first?" } } }, leaving.Token);
        await UntilAsync(async () =>
        {
            using var second = await PostFormAsync(http, ("question", ""), ("model", "gpt-4o"));
            if (second.StatusCode != HttpStatusCode.TooManyRequests)
                return false;
            Assert.Equal("1", second.Header("retry-after"));
            Assert.Contains("too many requests", await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            return true;
        });

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        // A place that is free again is the playground's as anybody's.
        await UntilAsync(async () =>
        {
            using var second = await PostFormAsync(http, ("question", ""), ("model", "gpt-4o"));
            return second.StatusCode == HttpStatusCode.BadRequest;
        });
    }

    private static async Task ConnectionsAreCountedAsync(string url)
    {
        var address = new Uri(url);
        var open = new List<TcpClient>();
        try
        {
            var refused = false;
            while (!refused)
            {
                Assert.InRange(open.Count, 0, Connections);
                var client = new TcpClient();
                open.Add(client);
                await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
                refused = !await AnswersAsync(client);
            }

            // Some are those of clients that asked before.
            Assert.InRange(open.Count, 2, Connections + 1);
        }
        finally
        {
            open.ForEach(static c => c.Dispose());
        }

        await UntilAsync(async () =>
        {
            using var again = new TcpClient();
            await again.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
            return await AnswersAsync(again);
        });
    }

    // What an answer held is free a moment after it.
    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await isSo())
            await Task.Delay(10, patience.Token);
    }

    private static async Task<bool> AnswersAsync(TcpClient client)
    {
        try
        {
            await client.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            return await client.GetStream().ReadAsync(new byte[16], TestContext.Current.CancellationToken) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<HttpResponseMessage> PostFormAsync(HttpClient http, params (string Name, string Value)[] fields)
    {
        var token = Token().Match(await http.GetStringAsync(Playground, TestContext.Current.CancellationToken)).Groups[1].Value;
        return await http.PostAsync(
            Playground, new FormUrlEncodedContent([new("token", token), .. fields.Select(static f => KeyValuePair.Create(f.Name, f.Value))]), TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("name=\"token\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
