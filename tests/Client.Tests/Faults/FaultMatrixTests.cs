using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansLlm.Client.Tests.Faults;

/// <summary>
/// Every fault of a provider by every kind of request, on real sockets: what the caller sees and when, what the ledger says, and that nothing is
/// held afterwards.
/// </summary>
public sealed partial class FaultMatrixTests(FaultFixture fixture) : IClassFixture<FaultFixture>
{
    private const string OwnWords = "The provider's own words.";

    // Far below the shipped deadlines, which are minutes, and far above what a busy machine needs.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    /// <summary>Status before the first byte, calls, lost tries, whether the request itself is billed, the error's code.</summary>
    private static readonly Dictionary<string, Expected> s_expected = new()
    {
        ["good"] = new(200, 1),
        ["refused"] = new(502, 0, Code: "Unreachable", ShouldRetry: "false"),
        ["tls"] = new(502, 0, Code: "Unreachable", ShouldRetry: "false"),
        ["tls-stall"] = new(502, 0, Code: "Unreachable", ShouldRetry: "false", AtLeast: 0.9),
        ["dns"] = new(502, 0, Code: "Unreachable", ShouldRetry: "false"),
        ["429"] = new(429, 1, Code: "own_code", RetryAfter: "20"),
        ["429-s"] = new(200, 2, AtLeast: 1),
        ["429-ms"] = new(200, 3),
        ["429-date"] = new(200, 2, AtLeast: 0.9),
        ["500"] = new(500, 3, Code: "own_code", ShouldRetry: "false"),
        ["503"] = new(200, 2),
        ["no-retry"] = new(503, 1, Code: "own_code", ShouldRetry: "false"),
        ["stall"] = new(504, 1, Lost: 1, Code: "TimedOut", AtLeast: 0.9),
        ["stall-mid"] = new(502, 1, Midway: true, AtLeast: 2.9),
        ["cut"] = new(502, 1, Midway: true),
        ["reset"] = new(502, 1, Midway: true),
        ["reset-early"] = new(502, 1, Lost: 1, Code: "Broken"),
        ["malformed"] = new(502, 1, Midway: true),
        ["oversized"] = new(502, 1, Midway: true),
        ["html"] = new(502, 1, Lost: 1, Code: "Malformed"),
    };

    public static TheoryData<string, string> Matrix
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var fault in FaultFixture.Faults)
            {
                foreach (var shape in FaultFixture.Shapes)
                {
                    // Malformed events need a stream.
                    if (fault != "malformed" || IsStream(shape))
                        data.Add(fault, shape);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Ask_ProviderFails_CallerLedgerAndConnectionsAreRight(string fault, string shape)
    {
        var (model, expected) = (FaultFixture.ModelOf(fault, shape), s_expected[fault]);
        var inBand = expected.Midway && IsStream(shape);
        var started = Stopwatch.GetTimestamp();
        using var answer = await AskAsync(model, shape);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var took = Stopwatch.GetElapsedTime(started);

        Assert.Equal(inBand ? 200 : expected.Status, (int)answer.StatusCode);
        Assert.InRange(took, TimeSpan.FromSeconds(expected.AtLeast), s_longest);
        Assert.Equal(expected.ShouldRetry, answer.Header("x-should-retry"));
        Assert.Equal(expected.RetryAfter, answer.Header("retry-after"));
        if (inBand)
            AssertErrorEvent(body, shape);
        else if (expected.Status == 200)
            AssertWhole(body, shape);
        else
            AssertError(body, expected);
        Assert.DoesNotContain("127.0.0.1", body, StringComparison.Ordinal);

        Assert.Equal(expected.Calls, fixture.Server.CallsFor(model));
        await AssertLedgerAsync(model, shape, expected, (int)answer.StatusCode == 200 && IsStream(shape) ? CostIn(body) : decimal.Parse(answer.Header("x-orleansllm-cost-usd")!, CultureInfo.InvariantCulture));
        await AssertNothingHeldAsync(model);
    }

    [Fact]
    public async Task Ask_CallerLeavesBeforeTheHead_ProviderIsLetGoAndThePromptIsBilled()
    {
        var model = FaultFixture.ModelOf("stall", "abort");
        using var caller = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new { model, messages = new[] { new { role = "user", content = "Who pays for what nobody waits for?" } } }),
        };
        var asking = fixture.Gateway.Http.SendAsync(request, caller.Token);
        while (fixture.Server.CallsFor(model) == 0)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await AssertNothingHeldAsync(model);

        var sums = await SumsAsync(model);
        Assert.Equal((1, 1, 1), (sums.GetProperty("requests").GetInt32(), sums.GetProperty("errors").GetInt32(), sums.GetProperty("estimated").GetInt32()));
        // The caller's leaving ended it, and no deadline.
        Assert.Equal(0, sums.GetProperty("attempts").GetInt32());
        Assert.True(sums.GetProperty("cost_usd").GetDecimal() > 0);
    }

    private Task<HttpResponseMessage> AskAsync(string model, string shape)
    {
        var question = $"How much is charged for a case of {model}?";
        var stream = IsStream(shape);
        return shape.Split('-')[0] switch
        {
            "chat" => fixture.Gateway.AskAsync(question, model, stream: stream),
            "responses" => fixture.Gateway.PostAsync(new { model, input = question, stream }, path: "/v1/responses"),
            _ => fixture.Gateway.PostAsync(new { model, input = question }, path: "/v1/embeddings"),
        };
    }

    private static void AssertError(string body, Expected expected)
    {
        var error = JsonDocument.Parse(body).RootElement.GetProperty("error");
        Assert.NotEqual(string.Empty, error.GetProperty("message").GetString());
        if (expected.Code is { } code)
            Assert.Equal(code, error.GetProperty("code").GetString());
        if (expected.Code == "own_code")
            Assert.Equal(OwnWords, error.GetProperty("message").GetString());
    }

    private static void AssertErrorEvent(string body, string shape)
    {
        var events = body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(static e => !e.StartsWith(':')).ToList();
        if (shape.StartsWith("responses", StringComparison.Ordinal))
            Assert.StartsWith("event: error\ndata: {\"type\":\"error\"", events[^1], StringComparison.Ordinal);
        else
            Assert.StartsWith("data: {\"error\":{", events[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("data: [DONE]", body, StringComparison.Ordinal);
    }

    private static void AssertWhole(string body, string shape)
    {
        if (shape == "chat-stream")
            Assert.Contains("data: [DONE]", body, StringComparison.Ordinal);
        else if (shape == "responses-stream")
            Assert.Contains("event: response.completed", body, StringComparison.Ordinal);
        else
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(body).RootElement.GetProperty("usage").ValueKind);
    }

    private static bool IsStream(string shape) => shape.EndsWith("stream", StringComparison.Ordinal);

    // The closing comment's figures: a stream's head knows the prompt alone.
    private static decimal CostIn(string body) => decimal.Parse(CostComment().Match(body).Groups[1].Value, CultureInfo.InvariantCulture);

    private async Task AssertLedgerAsync(string model, string shape, Expected expected, decimal toldUsd)
    {
        var sums = await SumsAsync(model);
        long Number(string name) => sums.GetProperty(name).GetInt64();

        var failed = expected.Status != 200;
        Assert.Equal((1, failed ? 1 : 0, expected.Lost), (Number("requests"), Number("errors"), Number("attempts")));
        Assert.Equal((expected.Midway || expected.Lost > 0 ? 1 : 0, 0), (Number("estimated"), Number("unpriced")));
        var (prompt, completion) = (Number("prompt_tokens_billed"), Number("completion_tokens_billed"));
        if (!failed)
            Assert.Equal((7, shape == "embeddings" ? 0 : 3), (prompt, completion));
        else
            Assert.Equal(expected.Midway || expected.Lost > 0, prompt > 0);
        // What arrived of a broken stream was generated and is billed.
        if (shape == "chat-stream" && expected.Midway && model.StartsWith("cut", StringComparison.Ordinal))
            Assert.True(completion > 0);
        var cost = sums.GetProperty("cost_usd").GetDecimal();
        Assert.Equal((prompt + (2 * completion)) / 1_000_000m, cost);
        Assert.Equal(cost, toldUsd);
    }

    private async Task<JsonElement> SumsAsync(string model) => (await fixture.Gateway.SavingsAsync()).GetProperty("by_requested_model").EnumerateArray()
        .Single(m => m.GetProperty("model").GetString() == model).GetProperty("sums");

    private async Task AssertNothingHeldAsync(string model)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(s_longest);
        while (fixture.Server.OpenFor(model) > 0 || fixture.Active.Count > 0)
            await Task.Delay(50, patience.Token);
    }

    [GeneratedRegex(@"cost-usd=([0-9.]+)")]
    private static partial Regex CostComment();

    private sealed record Expected(
        int Status, int Calls, int Lost = 0, bool Midway = false, string? Code = null, string? ShouldRetry = null, string? RetryAfter = null, double AtLeast = 0);
}
