using System.Text.Json;
using OrleansLlm.Client.Tests.EndToEnd;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Calibration;

namespace OrleansLlm.Client.Tests.Faults;

/// <summary>Fallback models, two providers of one model, and what must not go from one provider to another.</summary>
public sealed class FallbackTests
{
    private const string ContextError = """{"error":{"message":"m","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""";
    private const string FilterError = """{"error":{"message":"m","type":null,"param":"prompt","code":"content_filter"}}""";

    [Theory]
    [InlineData("status=503", "gpt-4.1", "OutageFallback")]
    [InlineData("status=429;retry-after=60", "gpt-4.1", "OutageFallback")]
    [InlineData("unreachable", "gpt-4.1", "OutageFallback")]
    [InlineData("status=400;body=" + ContextError, "gpt-4.1-mini", "ContextWindowFallback")]
    [InlineData("status=400;body=" + FilterError, "gpt-4.1-nano", "ContentFilterFallback")]
    public async Task Ask_ModelCannotAnswer_FallbackOfThatReasonDoes(string fault, string answers, string reason)
    {
        await using var gateway = await StartAsync(fault);
        foreach (var stream in new[] { false, true })
        {
            using var answer = await gateway.AskAsync($"Who answers in place of a model with {stream}?", "gpt-4o@" + fault, stream: stream);
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.Equal((answers, reason), (answer.Header("x-orleansllm-model"), answer.Header("x-orleansllm-route-reason")));
            var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains($"\"model\":\"{answers}\"", body, StringComparison.Ordinal);
        }

        var sums = (await gateway.SavingsAsync()).GetProperty("by_model").EnumerateArray().Single().GetProperty("sums");
        Assert.Equal((2, 0), (sums.GetProperty("requests").GetInt32(), sums.GetProperty("errors").GetInt32()));
        Assert.True(sums.GetProperty("cost_usd").GetDecimal() > 0 || sums.GetProperty("unpriced").GetInt32() > 0);
    }

    [Fact]
    public async Task Ask_FallbackAnswered_IsNotGivenToWhoAsksTheModelAgain()
    {
        await using var gateway = await StartAsync("status=503");
        for (var i = 0; i < 2; i++)
            Assert.Equal("miss", (await gateway.AskAsync("Whose answer is kept?", "gpt-4o@status=503")).Cache());
    }

    [Theory]
    [InlineData("status=400;body={\"error\":{\"code\":\"unknown_parameter\",\"message\":\"mine\"}}", 400, null)]
    [InlineData("status=401", 401, null)]
    [InlineData("status=503", 503, "off")]
    public async Task Ask_CallersOwnMistakeOrWish_NoOtherModelIsAsked(string fault, int status, string? route)
    {
        await using var gateway = await StartAsync(fault);
        using var answer = route is null
            ? await gateway.AskAsync("Whose mistake is it?", "gpt-4o@" + fault)
            : await gateway.AskAsync("Whose mistake is it?", "gpt-4o@" + fault, headers: ("x-orleansllm-route", route));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(JsonValueKind.Object, (await answer.ErrorAsync()).ValueKind);
    }

    [Fact]
    public async Task Ask_AllFallbacksFail_CallerGetsTheErrorOfTheModelItNamed()
    {
        await using var gateway = await StartAsync("status=503", outage: "gpt-4.1@status=500");
        using var answer = await gateway.AskAsync("Who fails last?", "gpt-4o@status=503");
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Equal("Simulated failure 503.", (await answer.ErrorAsync()).GetProperty("message").GetString());
        Assert.Equal("gpt-4o@status=503", answer.Header("x-orleansllm-model"));
    }

    [Fact]
    public async Task Ask_KeyMayNotNameTheFallback_ItIsNotAsked()
    {
        const string Model = "gpt-4o@status=503";
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Fallback:Rules:0:Model"] = Model;
        settings["OrleansLlm:Fallback:Rules:0:Outage:0"] = "gpt-4.1";
        settings["OrleansLlm:Routing:Tiers:0:Model"] = Model;
        await using var gateway = await GatewayProcess.StartAsync(settings);
        foreach (var (models, asked, status) in new[] { (new[] { Model }, Model, 503), ([Model, "gpt-4.1"], Model, 200), (["auto"], "auto", 200) })
        {
            using var created = await gateway.PostAsync(new { name = "narrow", tenant = "acme", allowed_models = models }, GatewayFixture.Operator, "/admin/v1/keys");
            var key = (await created.JsonAsync()).GetProperty("key").GetString();
            using var answer = await gateway.AskAsync("Who may answer for me?", asked, key);
            Assert.Equal(status, (int)answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("gpt-4.1", false)]
    [InlineData("certified", true)]
    public async Task Ask_FallbackUnderAQualityFloor_IsSentWhatItsOwnCertificateAllows(string fallback, bool isCompressed)
    {
        const string Model = "stumbling";
        var document = string.Join(' ', Enumerable.Range(0, 80).Select(i => $"Office {i} opens at {i % 12} and asks a fee of {i + 3} dollars for a letter."));
        var folder = Directory.CreateTempSubdirectory("orleansllm-fallback-");
        try
        {
            var settings = new Dictionary<string, string?>
            {
                ["OrleansLlm:Providers:down:Endpoint"] = "http://127.0.0.1:9/v1",
                ["OrleansLlm:Providers:down:Models:0"] = Model,
                ["OrleansLlm:Providers:up:Kind"] = "Simulator",
                ["OrleansLlm:Providers:up:Models:0"] = "gpt-4.1",
                ["OrleansLlm:Providers:up:Models:1"] = "certified",
                ["OrleansLlm:Resilience:RetryDelay"] = "00:00:00.010",
                ["OrleansLlm:Fallback:Rules:0:Model"] = Model,
                ["OrleansLlm:Fallback:Rules:0:Outage:0"] = fallback,
                ["OrleansLlm:Compression:QualityFloor"] = "0.9",
            };
            foreach (var (model, i) in new[] { Model, "certified" }.Select((m, i) => (m, i)))
            {
                settings[$"OrleansLlm:Pricing:Models:{i}:Model"] = model;
                settings[$"OrleansLlm:Pricing:Models:{i}:Input"] = "1";
                settings[$"OrleansLlm:Pricing:Models:{i}:Output"] = "2";
                var file = Path.Combine(folder.FullName, model + ".json");
                await File.WriteAllBytesAsync(file, Certificate(model).ToUtf8Json(), TestContext.Current.CancellationToken);
                settings[$"OrleansLlm:Compression:Certificates:{i}"] = file;
            }

            await using var gateway = await GatewayProcess.StartAsync(settings);
            using var answer = await gateway.AskAsync($"Context:\n{document}\n\nQuestion: What is the fee of office 7?", Model);
            Assert.Equal((200, fallback), ((int)answer.StatusCode, answer.Header("x-orleansllm-model")));
            Assert.Equal(isCompressed, answer.Header("x-orleansllm-tokens-saved") != "0");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("auto", "status=503", 200, "gpt-4o", "OutageFallback")]
    [InlineData("gpt-4o", "status=503", 200, "gpt-4o", "OutageFallback")]
    [InlineData("gpt-4o", "unreachable", 200, "gpt-4o", "OutageFallback")]
    [InlineData("gpt-4o", "status=400;body=" + ContextError, 200, "gpt-4o", "ContextWindowFallback")]
    [InlineData("auto:fast", "status=503", 503, null, "FastAlias")]
    public async Task Ask_ModelThatTheRouterChoseCannotAnswer_TheOneWithoutRoutingDoes(string model, string fault, int status, string? answers, string reason)
    {
        var cheap = "gpt-4o-mini@" + fault;
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Resilience:RetryDelay"] = "00:00:00.010";
        settings["OrleansLlm:Tenants:acme:MapToAuto:0"] = "gpt-4o";
        settings["OrleansLlm:Routing:Tiers:0:Model"] = cheap;
        settings["OrleansLlm:Routing:Tiers:1:Model"] = "gpt-4o";
        settings["OrleansLlm:Pricing:Models:0:Model"] = cheap;
        settings["OrleansLlm:Pricing:Models:0:Input"] = "0.15";
        settings["OrleansLlm:Pricing:Models:0:Output"] = "0.60";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        foreach (var stream in new[] { false, true })
        {
            using var answer = await gateway.AskAsync("What is the capital of Norway?" + (stream ? " Now." : ""), model, GatewayFixture.Acme, stream);
            Assert.Equal((status, answers ?? cheap, reason), ((int)answer.StatusCode, answer.Header("x-orleansllm-model"), answer.Header("x-orleansllm-route-reason")));
        }
    }

    [Fact]
    public async Task Ask_AfterTheFirstByte_NoOtherModelIsAsked()
    {
        await using var gateway = await StartAsync("cut");
        using var answer = await gateway.AskAsync("Who goes on after a cut?", "gpt-4o@cut", stream: true);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("data: {\"error\":", body, StringComparison.Ordinal);
        Assert.Equal("gpt-4o@cut", answer.Header("x-orleansllm-model"));
    }

    [Fact]
    public async Task Ask_OneOfTwoProvidersIsDown_TheOtherAnswersAndIsPriced()
    {
        await using var server = new FaultyServer();
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>
        {
            ["OrleansLlm:Providers:first:Endpoint"] = "http://127.0.0.1:9/v1",
            ["OrleansLlm:Providers:first:Models:0"] = "gpt-4o",
            ["OrleansLlm:Providers:first:Weight"] = "9",
            ["OrleansLlm:Providers:second:Endpoint"] = $"http://127.0.0.1:{server.Port}/v1",
            ["OrleansLlm:Providers:second:Models:0"] = "gpt-4o",
        });
        for (var i = 0; i < 5; i++)
        {
            using var answer = await gateway.AskAsync($"Is anybody there, for the time number {i}?");
            Assert.Equal(200, (int)answer.StatusCode);
        }

        Assert.Equal(5, server.CallsFor("gpt-4o"));
        var total = (await gateway.SavingsAsync()).GetProperty("total");
        Assert.Equal((5, 0, 0), (total.GetProperty("requests").GetInt32(), total.GetProperty("errors").GetInt32(), total.GetProperty("attempts").GetInt32()));
    }

    [Fact]
    public async Task Ask_RepeatedAfterItMayHaveBeenBilled_IsLedgeredTwice()
    {
        const string Model = "stall-once.x";
        await using var server = new FaultyServer();
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>
        {
            ["OrleansLlm:Providers:slow:Endpoint"] = $"http://127.0.0.1:{server.Port}/v1",
            ["OrleansLlm:Providers:slow:FirstByteTimeout"] = "00:00:02",
            ["OrleansLlm:Resilience:RetryUnanswered"] = "true",
            ["OrleansLlm:Resilience:RetryDelay"] = "00:00:00.010",
            ["OrleansLlm:Pricing:Models:0:Model"] = Model,
            ["OrleansLlm:Pricing:Models:0:Input"] = "1",
            ["OrleansLlm:Pricing:Models:0:Output"] = "2",
        });
        using var answer = await gateway.AskAsync("Who pays for the first try?", Model);
        Assert.Equal((200, 2), ((int)answer.StatusCode, server.CallsFor(Model)));

        var total = (await gateway.SavingsAsync()).GetProperty("total");
        Assert.Equal(
            (1, 0, 1, 1),
            (total.GetProperty("requests").GetInt32(), total.GetProperty("errors").GetInt32(), total.GetProperty("attempts").GetInt32(), total.GetProperty("estimated").GetInt32()));
        // The answer's 7 and 3 tokens, and the prompt of the try before it.
        var lost = total.GetProperty("prompt_tokens_billed").GetInt64() - 7;
        Assert.True(lost > 0);
        Assert.Equal((7 + (2 * 3) + lost) / 1_000_000m, total.GetProperty("cost_usd").GetDecimal());
        Assert.Equal(total.GetProperty("cost_usd").GetDecimal(), decimal.Parse(answer.Header("x-orleansllm-cost-usd")!, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("""{"model":"auto:fast","input":"What is the capital of France?"}""", "gpt-4o", "ProviderBound")]
    [InlineData("""{"model":"auto:fast","input":"And of Spain?","previous_response_id":"resp_1"}""", "gpt-4o", "ProviderBound")]
    [InlineData("""{"model":"auto:fast","input":"And of Spain?","previous_response_id":"resp_1","store":false}""", "gpt-4o", "ProviderBound")]
    [InlineData("""{"model":"auto:fast","input":"What is the capital of France?","store":false}""", "gpt-4o-mini", "FastAlias")]
    public async Task Respond_ContinuedElsewhere_IsNotRoutedToAnotherProvider(string body, string model, string reason)
    {
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>
        {
            ["OrleansLlm:Providers:cheap:Kind"] = "Simulator",
            ["OrleansLlm:Providers:cheap:Models:0"] = "gpt-4o-mini",
            ["OrleansLlm:Providers:strong:Kind"] = "Simulator",
            ["OrleansLlm:Providers:strong:Models:0"] = "gpt-4o",
        });
        using var answer = await gateway.PostAsync(body, path: "/v1/responses");
        Assert.Equal((200, model, reason), ((int)answer.StatusCode, answer.Header("x-orleansllm-model"), answer.Header("x-orleansllm-route-reason")));
    }

    [Fact]
    public async Task Respond_LadderOfOneProvider_IsRoutedAsEver()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        using var answer = await gateway.PostAsync("""{"model":"auto:fast","input":"And of Spain?","previous_response_id":"resp_1"}""", path: "/v1/responses");
        Assert.Equal(("gpt-4o-mini", "FastAlias"), (answer.Header("x-orleansllm-model"), answer.Header("x-orleansllm-route-reason")));
    }

    // Of 400 right answers .5 loses 5.
    private static CompressionCertificate Certificate(string model) => new()
    {
        Version = CompressionCertificate.CurrentVersion,
        Compressor = CompressionSettings.Default.CompressorId,
        Model = model,
        Data = "golden.jsonl",
        DataSha256 = new string('0', 64),
        Confidence = .95,
        Rates = [new(.5, 5, 0, 400, 420, 1000, 500)],
        Date = new DateOnly(2026, 11, 25),
    };

    private static Task<GatewayProcess> StartAsync(string fault, string outage = "gpt-4.1") => GatewayProcess.StartAsync(new Dictionary<string, string?>
    {
        ["OrleansLlm:Resilience:RetryDelay"] = "00:00:00.010",
        ["OrleansLlm:Fallback:Rules:0:Model"] = "gpt-4o@" + fault,
        ["OrleansLlm:Fallback:Rules:0:Outage:0"] = outage,
        ["OrleansLlm:Fallback:Rules:0:ContextWindow:0"] = "gpt-4.1-mini",
        ["OrleansLlm:Fallback:Rules:0:ContentFilter:0"] = "gpt-4.1-nano",
    });
}
