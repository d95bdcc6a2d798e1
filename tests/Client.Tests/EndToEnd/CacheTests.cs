using System.Net;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class CacheTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Key = GatewayFixture.Acme;

    [Fact]
    public async Task Ask_SameQuestionTwice_SecondIsExactAndEqualButForIdAndTime()
    {
        var first = await fixture.Gateway.AskAsync("Which documents prove the address of a new customer?", key: Key);
        var second = await fixture.Gateway.AskAsync("Which documents prove the address of a new customer?", key: Key);

        Assert.Equal("miss", first.Cache());
        Assert.Equal("exact", second.Cache());
        Assert.Equal("0", second.Header("x-orleansllm-cost-usd"));
        Assert.NotEqual("0", second.Header("x-orleansllm-saved-usd"));
        var a = await first.JsonAsync();
        var b = await second.JsonAsync();
        Assert.NotEqual(a.GetProperty("id").GetString(), b.GetProperty("id").GetString());
        Assert.Equal(a.GetProperty("choices").GetRawText(), b.GetProperty("choices").GetRawText());
        Assert.Equal(a.GetProperty("usage").GetRawText(), b.GetProperty("usage").GetRawText());
    }

    [Fact]
    public async Task Ask_Paraphrase_IsSemanticWithItsScore()
    {
        var first = await fixture.Gateway.AskAsync("How do I reset my online banking password?", key: Key);
        await fixture.Gateway.StoredAsync("How do I reset my online banking password?", Key);
        var second = await fixture.Gateway.AskAsync("How can I reset my online banking password?", key: Key);

        Assert.Equal("miss", first.Cache());
        Assert.Equal("semantic", second.Cache());
        Assert.InRange(double.Parse(second.Header("x-orleansllm-cache-score")!, System.Globalization.CultureInfo.InvariantCulture), 0.9, 1);
        Assert.Equal(await first.TextAsync(), await second.TextAsync());
    }

    [Theory]
    [InlineData("How do I turn on dark mode in the app settings?", "How do I turn off dark mode in the app settings?")]
    [InlineData("What was the wire transfer fee in 2023?", "What was the wire transfer fee in 2024?")]
    [InlineData("Can a customer send $5,000 abroad in one day?", "Can a customer send $10,000 abroad in one day?")]
    [InlineData("What is the daily limit for outgoing wire transfers?", "What is the daily limit for incoming wire transfers?")]
    [InlineData("Do we open accounts for residents of Germany?", "Do we open accounts for residents of Austria?")]
    [InlineData("Is a passport needed to open an account?", "Is a passport not needed to open an account?")]
    [InlineData("Convert the fee table from USD to EUR please", "Convert the fee table from EUR to USD please")]
    public async Task Ask_NearMissTrap_IsMiss(string stored, string trap)
    {
        Assert.Equal("miss", (await fixture.Gateway.AskAsync(stored, key: Key)).Cache());
        Assert.Equal("miss", (await fixture.Gateway.AskAsync(trap, key: Key)).Cache());
    }

    [Fact]
    public async Task Ask_OtherTenant_IsMiss()
    {
        const string Question = "Which team signs off a politically exposed person?";
        Assert.Equal("miss", (await fixture.Gateway.AskAsync(Question, key: GatewayFixture.Acme)).Cache());
        Assert.Equal("miss", (await fixture.Gateway.AskAsync(Question, key: GatewayFixture.Globex)).Cache());
        Assert.Equal("exact", (await fixture.Gateway.AskAsync(Question, key: GatewayFixture.Acme)).Cache());
    }

    [Fact]
    public async Task Ask_OtherInstructionsHistoryOrDocuments_IsMiss()
    {
        const string Question = "How long are the records kept in the archive?";
        object Body(string system, string context) => new
        {
            model = "gpt-4o",
            messages = new[] { new { role = "system", content = system }, new { role = "user", content = $"Context:\n{context}\n\nQuestion: {Question}" } },
        };
        Assert.Equal("miss", (await fixture.Gateway.PostAsync(Body("Be brief.", "Records are kept for five years."), Key)).Cache());
        Assert.Equal("miss", (await fixture.Gateway.PostAsync(Body("Be verbose.", "Records are kept for five years."), Key)).Cache());
        Assert.Equal("miss", (await fixture.Gateway.PostAsync(Body("Be brief.", "Records are kept for seven years."), Key)).Cache());
        Assert.Equal("exact", (await fixture.Gateway.PostAsync(Body("Be brief.", "Records are kept for five years."), Key)).Cache());
    }

    [Fact]
    public async Task Ask_ConcurrentIdentical_ShareOneCall()
    {
        var before = await fixture.Gateway.SavingsAsync(GatewayFixture.Operator);
        const string Question = "What does the escalation matrix say about outages at night?";
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => fixture.Gateway.AskAsync(Question, key: Key)));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        Assert.Single(answers, a => a.Cache() == "miss");
        Assert.All(answers, a => Assert.Contains(a.Cache(), new[] { "miss", "pending", "exact" }));
        var after = await fixture.Gateway.SavingsAsync(GatewayFixture.Operator);
        Assert.Equal(1, Misses(after) - Misses(before));

        static long Misses(System.Text.Json.JsonElement report) => report.GetProperty("total").GetProperty("misses").GetInt64();
    }

    [Fact]
    public async Task Ask_StreamedAfterPlain_ReplaysTheSameText()
    {
        const string Question = "How is a suspicious transaction reported to the authorities?";
        var plain = await (await fixture.Gateway.AskAsync(Question, key: Key)).TextAsync();
        var streamed = await fixture.Gateway.AskAsync(Question, key: Key, stream: true);

        Assert.Equal("exact", streamed.Cache());
        var text = await streamed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("text/event-stream", streamed.Content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
        Assert.Contains("data: [DONE]", text, StringComparison.Ordinal);
        var joined = string.Concat(text.Split('\n').Where(l => l.StartsWith("data: {", StringComparison.Ordinal)).Select(l =>
        {
            using var chunk = System.Text.Json.JsonDocument.Parse(l[6..]);
            return chunk.RootElement.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : "";
        }));
        Assert.Equal(plain, joined);
    }

    [Fact]
    public async Task Ask_PlainAfterStreamed_IsExact()
    {
        const string Question = "Who keeps the register of outsourced services?";
        var streamed = await fixture.Gateway.AskAsync(Question, key: Key, stream: true);
        await streamed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var plain = await fixture.Gateway.AskAsync(Question, key: Key);

        Assert.Equal("miss", streamed.Cache());
        Assert.Equal("exact", plain.Cache());
        Assert.True((await plain.JsonAsync()).GetProperty("usage").GetProperty("completion_tokens").GetInt32() > 0);
    }

    [Fact]
    public async Task Ask_CacheControl_IsObeyed()
    {
        const string Question = "When does the annual training on sanctions take place?";
        Assert.Equal("bypass", (await fixture.Gateway.AskAsync(Question, key: Key, headers: ("Cache-Control", "no-store"))).Cache());
        Assert.Equal("miss", (await fixture.Gateway.AskAsync(Question, key: Key)).Cache());
        Assert.Equal("bypass", (await fixture.Gateway.AskAsync(Question, key: Key, headers: ("Cache-Control", "no-cache"))).Cache());
        Assert.Equal("exact", (await fixture.Gateway.AskAsync(Question, key: Key)).Cache());
        Assert.Equal("miss", (await fixture.Gateway.AskAsync(Question, key: Key, headers: ("x-orleansllm-cache-namespace", "other"))).Cache());
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        Assert.Equal("miss", (await fixture.Gateway.AskAsync(Question, key: Key, headers: ("Cache-Control", "max-age=1"))).Cache());
    }

    [Theory]
    [InlineData("max-age=0", "When is the data centre's generator tested?")]
    [InlineData("max-age=60", "When is the data centre's generator tested?")]
    [InlineData("max-age=0", "When does the data centre test its generator?")]
    public async Task Ask_MaxAgeBelowThatOfACallUnderWay_CallsForItself(string firstControl, string question)
    {
        var held = new FirstCallHeld();
        await using var gateway = await GatewayProcess.StartAsync(wrapUpstreams: (_, inner) => held.Before(inner));
        var first = gateway.AskAsync("When is the data centre's generator tested?", headers: ("Cache-Control", firstControl));
        await held.ArrivedAsync();
        using var later = await gateway.AskAsync(question, headers: ("Cache-Control", "max-age=0")).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal("miss", later.Cache());
        Assert.Equal(2, held.Calls);
        held.LetGo();
        Assert.Equal("miss", (await first).Cache());
    }

    [Theory]
    [InlineData("continue")]
    [InlineData("yes please")]
    public async Task Ask_ContentFreeQuestion_NeverMatchesByMeaning(string question)
    {
        Assert.Equal("miss", (await fixture.Gateway.AskAsync(question, key: Key)).Cache());
        Assert.Equal("miss", (await fixture.Gateway.AskAsync(question + " now", key: Key)).Cache());
    }

    [Fact]
    public async Task Ask_LengthStopOrError_IsNotStored()
    {
        object Body(string model, int? most) => new { model, max_tokens = most, messages = new[] { new { role = "user", content = "List all steps of the onboarding of a limited company." } } };
        Assert.Equal("miss", (await fixture.Gateway.PostAsync(Body("gpt-4o", 5), Key)).Cache());
        Assert.Equal("miss", (await fixture.Gateway.PostAsync(Body("gpt-4o", 5), Key)).Cache());
        Assert.Equal(HttpStatusCode.InternalServerError, (await fixture.Gateway.PostAsync(Body("gpt-4o@status=500", null), Key)).StatusCode);
        Assert.Equal("miss", (await fixture.Gateway.PostAsync(Body("gpt-4o@status=500", null), Key)).Cache());
    }
}
