using System.Net;
using System.Text.Json;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class RouteLearningTests
{
    private const string Simple = "What is the capital of Norway?";
    private const string Key = GatewayFixture.Acme;

    [Fact]
    public async Task Shadow_TiersAgree_CountsTheCheapOneAsEnoughAndLedgersTheCall()
    {
        await using var gateway = await StartAsync("Oslo.", "oslo");
        Assert.Equal("gpt-4o-mini", (await gateway.AskAsync(Simple, "auto", Key)).Header("x-orleansllm-model"));
        var evidence = await EvidenceAsync(gateway, e => e.GetProperty("routed_down").GetInt32() == 1);
        Assert.Equal(0, evidence.GetProperty("misrouted").GetInt32());
        var total = (await gateway.SavingsAsync(Key)).GetProperty("total");
        Assert.Equal(1, total.GetProperty("verifications").GetInt64());
        // What the check cost is routing's expense, not the cache's.
        Assert.Equal(0, total.GetProperty("saved").GetProperty("cache").GetDecimal());
        Assert.Equal(
            total.GetProperty("baseline_usd").GetDecimal() - total.GetProperty("cost_usd").GetDecimal(), total.GetProperty("saved").GetProperty("routing").GetDecimal());
    }

    [Fact]
    public async Task Shadow_JudgePrefersTheStrongAnswerInBothOrders_CountsAMisroute()
    {
        await using var gateway = await StartAsync("Bergen is the capital, I believe.", "The capital is Oslo, as everybody in the country knows well.", ("OrleansLlm:Routing:JudgeModel", "gpt-4o-judge"));
        await gateway.AskAsync(Simple, "auto", Key);
        var evidence = await EvidenceAsync(gateway, e => e.GetProperty("routed_down").GetInt32() + e.GetProperty("unsure").GetInt32() == 1);
        Assert.Equal((1, 0), (evidence.GetProperty("misrouted").GetInt32(), evidence.GetProperty("unsure").GetInt32()));
        // The other tier's answer, and the judge in both orders.
        Assert.Equal(3, (await gateway.SavingsAsync(Key)).GetProperty("total").GetProperty("verifications").GetInt64());
    }

    [Fact]
    public async Task Shadow_OfAProjectsRequest_IsPaidByTheProject()
    {
        await using var gateway = await StartAsync(
            "Oslo.", "oslo", ("OrleansLlm:Tenants:acme:Projects:search:KeyHashes:0", GatewayFixture.HashOf("search-key")), ("OrleansLlm:Tenants:acme:Projects:search:Budgets:Day", "1"));
        await gateway.AskAsync(Simple, "auto", "search-key");
        await EvidenceAsync(gateway, e => e.GetProperty("routed_down").GetInt32() == 1);
        var project = (await gateway.SavingsAsync(Key)).GetProperty("by_project").EnumerateArray().Single(p => p.GetProperty("project").GetString() == "search").GetProperty("sums");
        Assert.Equal((1, 1), (project.GetProperty("requests").GetInt64(), project.GetProperty("verifications").GetInt64()));
    }

    [Fact]
    public async Task Shadow_OfARequestAsDeepAsItMayBe_IsAsked()
    {
        await using var gateway = await StartAsync("Oslo.", "oslo");
        // Within 'tools' and its function: deeper than a parser goes by itself.
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 90)) + "1" + new string('}', 90);
        using var answer = await gateway.PostAsync($$"""{"model":"auto","metadata":{"deep":{{deep}}},"messages":[{"role":"user","content":"{{Simple}}"}]}""", Key);
        Assert.Equal("gpt-4o-mini", answer.Header("x-orleansllm-model"));
        await EvidenceAsync(gateway, e => e.GetProperty("routed_down").GetInt32() == 1);
    }

    // What is set aside for a check is as much the tenant's as what is set aside for an answer.
    [Fact]
    public async Task Shadow_CheckFailsInTheMiddle_IsSettledAtOnce()
    {
        await using var gateway = await StartAsync(
            "Oslo.", "never asked", inner => new TornAnswers(inner, static r => r.Model == "gpt-4o" ? new InvalidOperationException("A fault of ours.") : null),
            ("OrleansLlm:Tenants:acme:Budgets:Day", "1"));
        using var answer = await gateway.PostAsync(new { model = "auto", messages = new[] { new { role = "user", content = Simple } }, max_completion_tokens = 1500 }, Key);
        Assert.Equal("gpt-4o-mini", answer.Header("x-orleansllm-model"));
        var budgets = gateway.Services.GetRequiredService<IGrainFactory>().GetGrain<IBudgetGrain>("acme");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        // The check's most, 0.015 and a little: nobody knows what it cost.
        while (await budgets.ListAsync() is var list && (list[0].ReservedUsd > 0 || list[0].SpentUsd < 0.015m))
            await Task.Delay(50, patience.Token);
        Assert.Equal(1, (await gateway.SavingsAsync(Key)).GetProperty("total").GetProperty("verifications").GetInt64());
    }

    [Fact]
    public async Task Shadow_MoreMisroutesThanPromised_RoutesNothingDown()
    {
        // Two of two: at 5% a chance of one in 400.
        var weak = "I'm sorry, but I can't help with that.";
        await using var gateway = await StartAsync(() => weak, "Oslo.");
        for (var i = 0; i < 2; i++)
        {
            await gateway.PostAsync(new { model = "auto", messages = new[] { new { role = "user", content = $"What is the capital of the country number {i}?" } } }, Key);
            await EvidenceAsync(gateway, e => e.GetProperty("routed_down").GetInt32() == i + 1);
        }

        var evidence = await EvidenceAsync(gateway, e => e.GetProperty("refuted").GetBoolean());
        Assert.Equal(2, evidence.GetProperty("misrouted").GetInt32());
        var answer = await gateway.AskAsync("What is the capital of Sweden?", "auto", Key);
        Assert.Equal(("gpt-4o", "TooManyMisroutes"), (answer.Header("x-orleansllm-model"), answer.Header("x-orleansllm-route-reason")));

        // What is not routed down any more is asked of the cheap model all the same: where that has become better, it may answer again.
        weak = "Oslo.";
        for (var i = 2; (await EvidenceAsync(gateway, _ => true)).GetProperty("refuted").GetBoolean(); i++)
        {
            var before = (await EvidenceAsync(gateway, _ => true)).GetProperty("routed_down").GetInt32();
            await gateway.PostAsync(new { model = "auto", messages = new[] { new { role = "user", content = $"What is the capital of the country number {i}?" } } }, Key);
            await EvidenceAsync(gateway, e => e.GetProperty("routed_down").GetInt32() > before);
        }

        for (var i = 0; ; i++)
        {
            var again = await gateway.AskAsync($"What is the capital of the island number {i}?", "auto", Key);
            if (again.Header("x-orleansllm-route-reason") == "Simple" || i == 20)
            {
                Assert.Equal("gpt-4o-mini", again.Header("x-orleansllm-model"));
                return;
            }
        }
    }

    /// <summary>A rolling restart must not send down what was found to need the strong model; another threshold is another promise.</summary>
    [Fact]
    public async Task Evidence_Restart_IsKeptForTheSameThresholdAlone()
    {
        var data = Directory.CreateTempSubdirectory("orleansllm-evidence-");
        try
        {
            await using (var gateway = await StartAsync(() => "I'm sorry, but I can't help with that.", "Oslo.", static inner => inner, data.FullName))
            {
                for (var i = 0; i < 2; i++)
                {
                    await gateway.PostAsync(new { model = "auto", messages = new[] { new { role = "user", content = $"What is the capital of the country number {i}?" } } }, Key);
                    await EvidenceAsync(gateway, e => e.GetProperty("routed_down").GetInt32() == i + 1);
                }

                await EvidenceAsync(gateway, e => e.GetProperty("refuted").GetBoolean());
            }

            await using (var gateway = await StartAsync(() => "Oslo.", "Oslo.", static inner => inner, data.FullName))
            {
                var kept = await EvidenceAsync(gateway, _ => true);
                Assert.Equal((2, 2, true), (kept.GetProperty("routed_down").GetInt32(), kept.GetProperty("misrouted").GetInt32(), kept.GetProperty("refuted").GetBoolean()));
                // The first question goes by what is known, which is read meanwhile.
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
                patience.CancelAfter(TimeSpan.FromSeconds(30));
                for (var i = 0; (await gateway.AskAsync($"What is the capital of the island number {i}?", "auto", Key)).Header("x-orleansllm-route-reason") != "TooManyMisroutes"; i++)
                    await Task.Delay(50, patience.Token);
            }

            await using (var gateway = await StartAsync(() => "Oslo.", "Oslo.", static inner => inner, data.FullName, ("OrleansLlm:Routing:Threshold", "0.9")))
            {
                var anew = await EvidenceAsync(gateway, _ => true);
                Assert.Equal((0, false), (anew.GetProperty("misrouted").GetInt32(), anew.GetProperty("refuted").GetBoolean()));
            }
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Feedback_OnACheapAnswer_IsCountedForItsTenantAlone()
    {
        await using var gateway = await StartAsync("Bergen.", "Oslo.", ("OrleansLlm:Routing:ShadowShare", "0"));
        var answer = await gateway.AskAsync(Simple, "auto", Key);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.PostAsync(new { request_id = answer.Header("x-request-id"), verdict = "wrong" }, GatewayFixture.Globex, "/v1/feedback")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.JudgeAsync(answer, "wrong", Key)).StatusCode);
        Assert.Equal(1, (await EvidenceAsync(gateway, _ => true)).GetProperty("reported").GetInt32());
    }

    [Fact]
    public async Task Cascade_CheapAnswerRefuses_TheStrongTierAnswersAndBothAreLedgered()
    {
        await using var gateway = await StartAsync("I'm sorry, but I can't help with that.", "Oslo.", ("OrleansLlm:Routing:ShadowShare", "0"), ("OrleansLlm:Routing:Cascade", "true"));
        var answer = await gateway.AskAsync(Simple, "auto", Key);
        Assert.Equal(("gpt-4o", "CascadeEscalated"), (answer.Header("x-orleansllm-model"), answer.Header("x-orleansllm-route-reason")));
        Assert.Equal("Oslo.", await answer.TextAsync());
        var savings = await gateway.SavingsAsync(Key);
        var total = savings.GetProperty("total");
        Assert.Equal(1, total.GetProperty("requests").GetInt64());
        // Dearer than the strong model alone: the saving is negative, and is shown so.
        Assert.True(total.GetProperty("saved").GetProperty("routing").GetDecimal() < 0);
        Assert.Equal(
            total.GetProperty("baseline_usd").GetDecimal() - total.GetProperty("cost_usd").GetDecimal(), total.GetProperty("saved").GetProperty("total").GetDecimal());
        Assert.Equal(total.GetProperty("cost_usd").GetDecimal(), decimal.Parse(answer.Header("x-orleansllm-cost-usd")!, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Cascade_NoMoneyForTheStrongTier_TheCheapAnswerIsGivenAndLedgeredOnce()
    {
        // With 1,500 tokens the cheap tier costs 0.0009 and a little at most, the strong one 0.015.
        await using var gateway = await StartAsync(
            "I'm sorry, but I can't help with that.", "Oslo.", ("OrleansLlm:Routing:ShadowShare", "0"), ("OrleansLlm:Routing:Cascade", "true"), ("OrleansLlm:Tenants:acme:Budgets:Day", "0.005"));
        using var answer = await gateway.PostAsync(new { model = "auto", messages = new[] { new { role = "user", content = Simple } }, max_completion_tokens = 1500 }, Key);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("gpt-4o-mini", "Simple"), (answer.Header("x-orleansllm-model"), answer.Header("x-orleansllm-route-reason")));
        Assert.StartsWith("I'm sorry", await answer.TextAsync(), StringComparison.Ordinal);
        var total = (await gateway.SavingsAsync(Key)).GetProperty("total");
        Assert.Equal((1, 0), (total.GetProperty("requests").GetInt64(), total.GetProperty("verifications").GetInt64()));
        Assert.Equal(total.GetProperty("cost_usd").GetDecimal(), decimal.Parse(answer.Header("x-orleansllm-cost-usd")!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotEqual(0m, total.GetProperty("cost_usd").GetDecimal());
    }

    [Theory]
    [InlineData("status=503", false)]
    [InlineData("status=400", false)]
    [InlineData("unreachable", false)]
    [InlineData("cut", true)]
    [InlineData("stall-mid", true)]
    public async Task Cascade_StrongTierFails_TheCheapAnswerIsGivenAndLedgeredOnce(string fault, bool isBilled)
    {
        await using var gateway = await StartAsync(
            "I'm sorry, but I can't help with that.", "never asked", ("OrleansLlm:Routing:ShadowShare", "0"), ("OrleansLlm:Routing:Cascade", "true"),
            ("OrleansLlm:Routing:Tiers:0:Model", "gpt-4o-mini"), ("OrleansLlm:Routing:Tiers:1:Model", "gpt-4o@" + fault), ("OrleansLlm:Resilience:RetryDelay", "00:00:00.010"),
            ("OrleansLlm:Gateway:IdleStreamTimeout", "00:00:03"),
            ("OrleansLlm:Pricing:Models:0:Model", "gpt-4o@" + fault), ("OrleansLlm:Pricing:Models:0:Input", "2.5"), ("OrleansLlm:Pricing:Models:0:Output", "10"));
        using var answer = await gateway.AskAsync(Simple, "auto", Key);
        Assert.Equal((HttpStatusCode.OK, "gpt-4o-mini"), (answer.StatusCode, answer.Header("x-orleansllm-model")));
        Assert.StartsWith("I'm sorry", await answer.TextAsync(), StringComparison.Ordinal);
        var total = (await gateway.SavingsAsync(Key)).GetProperty("total");
        Assert.Equal((1, 0, 0), (total.GetProperty("requests").GetInt64(), total.GetProperty("verifications").GetInt64(), total.GetProperty("errors").GetInt64()));
        Assert.Equal(total.GetProperty("cost_usd").GetDecimal(), decimal.Parse(answer.Header("x-orleansllm-cost-usd")!, System.Globalization.CultureInfo.InvariantCulture));
        // What the strong one was sent is billed, although nobody has its answer: some fifteen tokens at 2.5 a million, where the whole cheap call costs less.
        Assert.Equal(isBilled, total.GetProperty("cost_usd").GetDecimal() > 0.00003m);
        Assert.NotEqual(0m, total.GetProperty("cost_usd").GetDecimal());
    }

    [Fact]
    public async Task Cascade_CallerNamedTheCheapModel_NoOtherIsAsked()
    {
        await using var gateway = await StartAsync(
            "I'm sorry, but I can't help with that.", "Oslo.", ("OrleansLlm:Routing:Cascade", "true"), ("OrleansLlm:Tenants:acme:MapToAuto:0", "gpt-4o-mini"));
        using var answer = await gateway.AskAsync(Simple, "gpt-4o-mini", Key);
        Assert.Equal("gpt-4o-mini", answer.Header("x-orleansllm-model"));
        Assert.Equal(0, (await gateway.SavingsAsync(Key)).GetProperty("total").GetProperty("verifications").GetInt64());
    }

    [Fact]
    public async Task Cascade_CheapAnswerServes_IsGiven()
    {
        await using var gateway = await StartAsync("Oslo.", "never asked", ("OrleansLlm:Routing:ShadowShare", "0"), ("OrleansLlm:Routing:Cascade", "true"));
        var answer = await gateway.AskAsync(Simple, "auto", Key);
        Assert.Equal(("gpt-4o-mini", "Simple"), (answer.Header("x-orleansllm-model"), answer.Header("x-orleansllm-route-reason")));
    }

    private static Task<GatewayProcess> StartAsync(string weak, string strong, params (string Key, string Value)[] more) => StartAsync(() => weak, strong, more);

    private static Task<GatewayProcess> StartAsync(Func<string> weak, string strong, params (string Key, string Value)[] more) => StartAsync(weak, strong, static inner => inner, more);

    private static Task<GatewayProcess> StartAsync(string weak, string strong, Func<IUpstreamCatalog, IUpstreamCatalog> before, params (string Key, string Value)[] more) =>
        StartAsync(() => weak, strong, before, more);

    private static Task<GatewayProcess> StartAsync(Func<string> weak, string strong, Func<IUpstreamCatalog, IUpstreamCatalog> before, params (string Key, string Value)[] more) =>
        StartAsync(weak, strong, before, null, more);

    private static Task<GatewayProcess> StartAsync(
        Func<string> weak, string strong, Func<IUpstreamCatalog, IUpstreamCatalog> before, string? dataDirectory, params (string Key, string Value)[] more)
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Routing:ShadowShare"] = "1";
        foreach (var (key, value) in more)
            settings[key] = value;
        return GatewayProcess.StartAsync(settings, dataDirectory, wrapUpstreams: (_, inner) => before(new TwoTiers(inner, weak, strong)));
    }

    private static async Task<JsonElement> EvidenceAsync(GatewayProcess gateway, Func<JsonElement, bool> until)
    {
        var body = new { model = "auto:best", messages = new[] { new { role = "user", content = "Which form reports a lost cheque book?" } } };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var evidence = (await (await gateway.PostAsync(body, Key, "/v1/explain")).JsonAsync()).GetProperty("route").GetProperty("evidence");
            if (until(evidence))
                return evidence;
            await Task.Delay(50, patience.Token);
        }
    }

    private sealed class TwoTiers(IUpstreamCatalog inner, Func<string> weak, string strong) : IUpstreamCatalog
    {
        public string Description => inner.Description;

        public IReadOnlyList<ServedModel> Models => inner.Models;

        public UpstreamTarget? Find(string model, UpstreamEndpoint? endpoint = null) => inner.Find(model, endpoint) is not { } target
            ? null
            : target with { Upstream = new RecordedUpstream(Recorded, target.Upstream, TimeProvider.System) };

        // The judge is shown JSON whose first answer is the weak one in one order and the strong one in the other.
        private RecordedReply? Recorded(UpstreamRequest request) => request.Model switch
        {
            "gpt-4o-judge" => new(System.Text.Encoding.UTF8.GetString(request.Body.Span).Contains("\\\"first\\\":\\\"Bergen", StringComparison.Ordinal) ? "SECOND" : "FIRST"),
            "gpt-4o-mini" => new(weak()),
            // The simulator fails as its model's name says.
            var faulty when faulty.Contains('@', StringComparison.Ordinal) => null,
            _ => new(strong),
        };
    }
}
