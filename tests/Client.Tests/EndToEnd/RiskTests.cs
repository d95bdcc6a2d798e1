using System.Net;
using System.Text;
using System.Text.Json;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class RiskTests
{
    private const string Stored = "How do I reset my online banking password?";
    private const string Reworded = "How can I reset my online banking password?";
    private const string Answer = "Choose the reset link for your password on the sign-in page of online banking.";
    private const string Refusal = "I'm sorry, but I can't help with that.";
    private const string Key = GatewayFixture.Acme;

    [Fact]
    public async Task Verify_UpstreamSaysAnother_IsLedgeredCountedAndEvictsTheEntry()
    {
        await using var gateway = await StartAsync(shadowShare: 1, "Press reset; a code arrives within 5 minutes.", "Call the branch; a letter arrives within 10 days.");
        await StoreAsync(gateway, Stored);
        var before = (await gateway.SavingsAsync(Key)).GetProperty("total");
        var hit = await HitAsync(gateway, Reworded);
        Assert.Equal("0.9", hit.Header("x-orleansllm-cache-threshold"));
        Assert.Equal("Prior", hit.Header("x-orleansllm-cache-risk"));

        var risk = await RiskAsync(gateway, r => r.GetProperty("labels").GetInt64() == 1);
        Assert.Equal(1, risk.GetProperty("wrong").GetInt64());
        var after = (await gateway.SavingsAsync(Key)).GetProperty("total");
        Assert.Equal(1, after.GetProperty("verifications").GetInt64());
        Assert.Equal(before.GetProperty("requests").GetInt64() + 1, after.GetProperty("requests").GetInt64());
        Assert.True(after.GetProperty("cost_usd").GetDecimal() > before.GetProperty("cost_usd").GetDecimal());
        Assert.Equal(
            after.GetProperty("baseline_usd").GetDecimal() - after.GetProperty("cost_usd").GetDecimal(),
            after.GetProperty("saved").GetProperty("total").GetDecimal());
        // The wrong entry has gone; what the check brought is there for its own question.
        Assert.Contains("letter", await (await gateway.AskAsync(Reworded, key: Key)).TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_UpstreamRefuses_IsALabelLikeAnyOther()
    {
        await using var gateway = await StartAsync(shadowShare: 1, Answer, Refusal);
        await StoreAsync(gateway, Stored);
        await HitAsync(gateway, Reworded);

        var risk = await RiskAsync(gateway, r => r.GetProperty("labels").GetInt64() + r.GetProperty("unsure").GetInt64() == 1);
        Assert.Equal((1, 1), (risk.GetProperty("labels").GetInt64(), risk.GetProperty("wrong").GetInt64()));
        // The wrong entry goes, and the refusal is nobody's answer.
        await ExplainAsync(gateway, Reworded, static cache => cache.GetProperty("candidate_question").ValueKind == JsonValueKind.Null);
        for (var i = 0; i < 2; i++)
        {
            var again = await gateway.AskAsync(Reworded, key: Key);
            Assert.Equal(("miss", Refusal), (again.Cache(), await again.TextAsync()));
        }
    }

    [Fact]
    public async Task Ask_MissBringsARefusal_IsComparedAllTheSame()
    {
        await using var gateway = await StartAsync(
            shadowShare: 0, Answer, Refusal, ("OrleansLlm:Risk:ServeBeforeEvidence", "false"), ("OrleansLlm:Risk:CompareShare", "1"));
        await StoreAsync(gateway, Stored);
        Assert.Equal("miss", (await gateway.AskAsync(Reworded, key: Key)).Cache());

        var risk = await RiskAsync(gateway, r => r.GetProperty("labels").GetInt64() + r.GetProperty("unsure").GetInt64() == 1);
        Assert.Equal((1, 1), (risk.GetProperty("labels").GetInt64(), risk.GetProperty("wrong").GetInt64()));
    }

    [Fact]
    public async Task Verify_UpstreamSaysTheSame_CountsRightAndKeepsTheEntry()
    {
        await using var gateway = await StartAsync(shadowShare: 1, "Press reset; a code arrives within 5 minutes.", "press reset; a code arrives within 5 minutes");
        await StoreAsync(gateway, Stored);
        await HitAsync(gateway, Reworded);

        var risk = await RiskAsync(gateway, r => r.GetProperty("labels").GetInt64() == 1);
        Assert.Equal(0, risk.GetProperty("wrong").GetInt64());
        Assert.False(risk.GetProperty("stopped").GetBoolean());
    }

    [Fact]
    public async Task Verify_TheModelsAreUnsure_TheJudgeDecidesAndIsLedgered()
    {
        // Different words for different facts: neither rule nor model is sure.
        await using var gateway = await StartAsync(
            shadowShare: 1, Answer,
            "Your online banking password is reset by a clerk, when you call the service desk.",
            ("OrleansLlm:Risk:JudgeModel", "gpt-4o-judge"));
        await StoreAsync(gateway, Stored);
        await HitAsync(gateway, Reworded);

        var risk = await RiskAsync(gateway, r => r.GetProperty("labels").GetInt64() + r.GetProperty("unsure").GetInt64() == 1);
        Assert.Equal((1, 0), (risk.GetProperty("wrong").GetInt64(), risk.GetProperty("unsure").GetInt64()));
        // The call that was checked against, and the judge's.
        Assert.Equal(2, (await gateway.SavingsAsync(Key)).GetProperty("total").GetProperty("verifications").GetInt64());
    }

    [Fact]
    public async Task Ask_NothingServedBeforeEvidence_SaysStoppedAndComparesWhatTheMissBrought()
    {
        await using var gateway = await StartAsync(
            shadowShare: 0, "Press reset.", "press reset", ("OrleansLlm:Risk:ServeBeforeEvidence", "false"), ("OrleansLlm:Risk:CompareShare", "1"));
        await StoreAsync(gateway, Stored);
        var miss = await gateway.AskAsync(Reworded, key: Key);

        Assert.Equal("miss", miss.Cache());
        Assert.Equal("AwaitingEvidence", miss.Header("x-orleansllm-cache-stopped"));
        Assert.Null(miss.Header("x-orleansllm-cache-threshold"));
        var risk = await RiskAsync(gateway, r => r.GetProperty("labels").GetInt64() == 1);
        Assert.True(risk.GetProperty("stopped").GetBoolean());
        Assert.Equal(0, (await gateway.SavingsAsync(Key)).GetProperty("total").GetProperty("verifications").GetInt64());
    }

    [Fact]
    public async Task Feedback_Wrong_IsHeldAgainstTheHitsServed()
    {
        await using var gateway = await StartAsync(shadowShare: 0, "Press reset.", "Press reset.");
        await StoreAsync(gateway, Stored);
        var hit = await HitAsync(gateway, Reworded);
        Assert.Equal(HttpStatusCode.OK, (await gateway.JudgeAsync(hit, "wrong", Key)).StatusCode);

        var risk = await RiskAsync(gateway, r => r.GetProperty("reported").GetInt64() == 1);
        Assert.False(risk.GetProperty("stopped").GetBoolean());
        Assert.Equal(0, risk.GetProperty("labels").GetInt64());
    }

    [Fact]
    public async Task Start_OnTheSameData_KeepsLabelsAndThreshold()
    {
        var data = Directory.CreateTempSubdirectory("orleansllm-risk-");
        try
        {
            await using (var first = await StartAsync(0, "Press reset.", "Press reset.", data: data.FullName))
            {
                foreach (var question in new[] { Stored, "How do I close my online savings account?" })
                {
                    await StoreAsync(first, question);
                    var hit = await HitAsync(first, question.Replace("How do I", "How can I", StringComparison.Ordinal));
                    Assert.Equal(HttpStatusCode.OK, (await first.JudgeAsync(hit, "wrong", Key)).StatusCode);
                }

                Assert.Equal("Tightened", (await RiskAsync(first, r => r.GetProperty("reason").GetString() != "Prior")).GetProperty("reason").GetString());
            }

            await using var second = await StartAsync(0, "Press reset.", "Press reset.", data: data.FullName);
            Assert.Equal("Tightened", (await RiskAsync(second, _ => true)).GetProperty("reason").GetString());
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static Task<GatewayProcess> StartAsync(
        double shadowShare, string answer, string rewordedAnswer, params (string Key, string Value)[] more) =>
        StartAsync(shadowShare, answer, rewordedAnswer, null, more);

    // Recorded answers in front of the simulator: one for the question as stored, one for its rewording.
    private static Task<GatewayProcess> StartAsync(
        double shadowShare, string answer, string rewordedAnswer, string? data, params (string Key, string Value)[] more)
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Risk:ShadowShare"] = shadowShare.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (var (key, value) in more)
            settings[key] = value;
        return GatewayProcess.StartAsync(settings, data, wrapUpstreams: (_, inner) => new TwoAnswers(inner, answer, rewordedAnswer));
    }

    private static async Task StoreAsync(GatewayProcess gateway, string question)
    {
        await gateway.AskAsync(question, key: Key);
        await gateway.StoredAsync(question, Key);
    }

    private static async Task<HttpResponseMessage> HitAsync(GatewayProcess gateway, string question)
    {
        var hit = await gateway.AskAsync(question, key: Key);
        if (hit.Cache() != "semantic")
            Assert.Fail($"{hit.Headers}{await FailOpenAsync(gateway)}");
        return hit;
    }

    // Which layers could not decide, and why: no header tells.
    private static async Task<string> FailOpenAsync(GatewayProcess gateway)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("Authorization", "Bearer " + GatewayFixture.Operator);
        using var metrics = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return string.Join('\n', (await metrics.TextAsync()).Split('\n').Where(l => l.Contains("fail_open", StringComparison.Ordinal)));
    }

    private static async Task<JsonElement> RiskAsync(GatewayProcess gateway, Func<JsonElement, bool> until) =>
        (await ExplainAsync(gateway, "Which form reports a lost cheque book?", cache => until(cache.GetProperty("risk")))).GetProperty("risk");

    // The cache's part of the explanation, once it is as expected.
    private static async Task<JsonElement> ExplainAsync(GatewayProcess gateway, string question, Func<JsonElement, bool> until)
    {
        var body = new { model = "gpt-4o", messages = new[] { new { role = "user", content = question } } };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            var cache = (await (await gateway.PostAsync(body, Key, "/v1/explain")).JsonAsync()).GetProperty("cache");
            if (until(cache))
                return cache;
            if (patience.IsCancellationRequested)
                Assert.Fail($"Not as expected within a minute: {cache}\n{await FailOpenAsync(gateway)}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private sealed class TwoAnswers(IUpstreamCatalog inner, string answer, string rewordedAnswer) : IUpstreamCatalog
    {
        public string Description => inner.Description;

        public IReadOnlyList<ServedModel> Models => inner.Models;

        public UpstreamTarget? Find(string model, UpstreamEndpoint? endpoint = null) => inner.Find(model, endpoint) is not { } target
            ? null
            : target with { Upstream = new RecordedUpstream(Recorded, target.Upstream, TimeProvider.System) };

        private RecordedReply Recorded(UpstreamRequest request) => request.Model == "gpt-4o-judge"
            ? new("DIFFERENT")
            : new(Encoding.UTF8.GetString(request.Body.Span).Contains("How can I", StringComparison.Ordinal) ? rewordedAnswer : answer);
    }
}
