using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansLlm.Cluster.Tests.Storage;

namespace OrleansLlm.Cluster.Tests.Hosting;

/// <summary><c>kill -9</c> of a silo while a stand-alone API waits for it.</summary>
public sealed class LostSiloTests(ITestOutputHelper output)
{
    private const string Silo = "orleansllm.dll";
    private const string Api = "OrleansLlm.Client.dll";
    private const string Chat = "/v1/chat/completions";
    private const string Messages = "/v1/messages";
    private const string Responses = "/v1/responses";

    // Far from the half hour for which Orleans itself waits.
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Kill_OnlySiloInMidAnswer_EveryCallerHearsOfItInItsForm()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await GatewayProgram.StartAsync(Silo, SiloSettings(redis, answerTokens: 2000));
        await using var api = await GatewayProgram.StartAsync(Api, Shared(redis));
        using var hang = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        hang.CancelAfter(s_hang);
        var streams = new[] { Chat, Messages, Responses }.Select(path => StreamAsync(api, path, "How long are records kept?", hang.Token)).ToList();
        var begun = await Task.WhenAll(streams);
        var plain = new[] { Chat, Messages }.Select(path => api.Http.SendAsync(Request(path, "Who keeps the records?", false), hang.Token)).ToList();
        await Task.Delay(1000, hang.Token);
        Assert.All(plain, static p => Assert.False(p.IsCompleted));

        silo.Kill();
        var killed = Stopwatch.StartNew();
        var timed = Task.WhenAll(plain.Select(p => TimedAsync(p, killed)));
        var ends = await Task.WhenAll(begun.Select(s => EndAsync(s, killed, hang.Token)));
        var answers = await timed;

        Assert.EndsWith("\n\n", ends[0]);
        Assert.Contains("\ndata: {\"error\":{", ends[0]);
        Assert.Contains("stream_broken", ends[0]);
        Assert.DoesNotContain("[DONE]", ends[0]);
        Assert.Contains("event: error\ndata: {\"type\":\"error\",\"error\":{", ends[1]);
        Assert.Contains("event: error\ndata: {\"type\":\"error\",\"code\":\"stream_broken\"", ends[2]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answers[0].StatusCode);
        Assert.Equal("server_error", (await ErrorAsync(answers[0], hang.Token)).GetProperty("type").GetString());
        Assert.Equal("overloaded_error", (await ErrorAsync(answers[1], hang.Token)).GetProperty("type").GetString());

        // Who asks only now is not left waiting either.
        killed.Restart();
        using var late = await api.Http.SendAsync(Request(Chat, "Is anybody there?", true), hang.Token);
        output.WriteLine($"a request after the loss: {(int)late.StatusCode} after {killed.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
    }

    [Fact]
    public async Task Kill_OneOfTwoSilosInMidAnswer_ItsCallersHearOfItAndTheOtherServesOn()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await GatewayProgram.StartAsync(Silo, SiloSettings(redis, answerTokens: 200));
        await using var second = await GatewayProgram.StartAsync(Silo, SiloSettings(redis, answerTokens: 200));
        await using var api = await GatewayProgram.StartAsync(Api, Shared(redis));
        using var hang = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        hang.CancelAfter(s_hang);
        // Enough questions that both silos have some. Calls that go through the lost one's gateway are lost with it, wherever they run.
        var begun = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => StreamAsync(api, Chat, $"What is held in vault {i}?", hang.Token)));
        var plain = Enumerable.Range(0, 12).Select(i => api.Http.SendAsync(Request(Chat, $"Who has the key of vault {i}?", false), hang.Token)).ToList();
        await Task.Delay(1000, hang.Token);
        Assert.All(plain, static p => Assert.False(p.IsCompleted));

        first.Kill();
        var killed = Stopwatch.StartNew();
        var timed = Task.WhenAll(plain.Select(p => TimedAsync(p, killed)));
        var ends = await Task.WhenAll(begun.Select(s => EndAsync(s, killed, hang.Token)));
        var answers = await timed;

        Assert.All(ends, static e => Assert.True(e.Contains("data: [DONE]\n\n", StringComparison.Ordinal) != e.Contains("stream_broken", StringComparison.Ordinal), e));
        Assert.All(answers, static a => Assert.True(a.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable));
        var lost = ends.Count(static e => e.Contains("stream_broken", StringComparison.Ordinal)) + answers.Count(static a => !a.IsSuccessStatusCode);
        Assert.NotEqual(0, lost);

        // The other serves alone as soon as the cluster has given the first up.
        while (true)
        {
            using var next = await api.Http.SendAsync(Request(Chat, "What is held in the last vault?", true), HttpCompletionOption.ResponseHeadersRead, hang.Token);
            output.WriteLine($"asked again: {(int)next.StatusCode} {killed.Elapsed.TotalSeconds:0.0} s after the loss");
            if (next.IsSuccessStatusCode)
                break;
            await Task.Delay(1000, hang.Token);
        }
    }

    private static (string, string)[] Shared(RedisServer redis) =>
        [("OrleansLlm__Store__Redis", "127.0.0.1:" + redis.Port.ToString(CultureInfo.InvariantCulture))];

    private static (string, string)[] SiloSettings(RedisServer redis, int answerTokens) =>
    [
        .. Shared(redis),
        GatewayProgram.WithoutModels,
        ("OrleansLlm__Cluster__SiloPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__GatewayPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Simulator__TokensPerSecond", "8"),
        ("OrleansLlm__Simulator__AnswerTokens", answerTokens.ToString(CultureInfo.InvariantCulture)),
    ];

    private static HttpRequestMessage Request(string path, string question, bool stream) => new(HttpMethod.Post, path)
    {
        Content = path switch
        {
            Messages => JsonContent.Create(new { model = "claude-sonnet-4-5", max_tokens = 4000, stream, messages = new[] { new { role = "user", content = question } } }),
            Responses => JsonContent.Create(new { model = "gpt-4o", stream, input = question }),
            _ => JsonContent.Create(new { model = "gpt-4o", stream, messages = new[] { new { role = "user", content = question } } }),
        },
    };

    // A stream of which something has come.
    private static async Task<(StreamReader Body, string Start)> StreamAsync(GatewayProgram api, string path, string question, CancellationToken stop)
    {
        var response = await api.Http.SendAsync(Request(path, question, true), HttpCompletionOption.ResponseHeadersRead, stop);
        response.EnsureSuccessStatusCode();
        var body = new StreamReader(await response.Content.ReadAsStreamAsync(stop));
        return (body, await body.ReadLineAsync(stop) + "\n");
    }

    private async Task<string> EndAsync((StreamReader Body, string Start) stream, Stopwatch killed, CancellationToken stop)
    {
        using var body = stream.Body;
        var all = stream.Start + await body.ReadToEndAsync(stop);
        output.WriteLine($"stream ended after {killed.Elapsed.TotalSeconds:0.0} s: {all[^Math.Min(all.Length, 250)..].ReplaceLineEndings(" ")}");
        return all;
    }

    private async Task<HttpResponseMessage> TimedAsync(Task<HttpResponseMessage> plain, Stopwatch killed)
    {
        var answer = await plain;
        output.WriteLine($"plain answer {(int)answer.StatusCode} after {killed.Elapsed.TotalSeconds:0.0} s");
        return answer;
    }

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(stop));
        return body.RootElement.GetProperty("error").Clone();
    }
}
