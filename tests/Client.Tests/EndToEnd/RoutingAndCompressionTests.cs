using System.Globalization;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class RoutingAndCompressionTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Key = GatewayFixture.Acme;

    [Fact]
    public async Task Ask_AutoWithSimpleQuestion_GoesToTheCheapTier()
    {
        var answer = await fixture.Gateway.AskAsync("What is the capital of France?", "auto", Key);
        Assert.Equal("gpt-4o-mini", answer.Header("x-orleansllm-model"));
        Assert.Equal("Simple", answer.Header("x-orleansllm-route-reason"));
        Assert.InRange(double.Parse(answer.Header("x-orleansllm-route-score")!, CultureInfo.InvariantCulture), 0.8, 1);
        Assert.Equal("gpt-4o-mini", (await answer.JsonAsync()).GetProperty("model").GetString());
    }

    [Fact]
    public async Task Ask_AutoWithHardQuestion_GoesToTheStrongTier()
    {
        var answer = await fixture.Gateway.AskAsync(
            "Prove that the sum of two odd integers is even, then derive a formula for the sum of the first n odd integers and explain each step.", "auto", Key);
        Assert.Equal("gpt-4o", answer.Header("x-orleansllm-model"));
        Assert.Equal("NotClearlySimple", answer.Header("x-orleansllm-route-reason"));
    }

    /// <summary>The head takes all of these for simple, at .94 and more.</summary>
    [Theory]
    [InlineData("auto", "What is 384 times 27?", "gpt-4o", "Calculation")]
    [InlineData("auto", "What date is 90 days after November 12?", "gpt-4o", "Calculation")]
    [InlineData("auto", "How much ibuprofen for a child of 14 kg?", "gpt-4o", "HighStakes")]
    [InlineData("auto", "How long do I have to appeal a court decision?", "gpt-4o", "HighStakes")]
    [InlineData("auto:fast", "How much ibuprofen for a child of 14 kg?", "gpt-4o-mini", "FastAlias")]
    [InlineData("auto", "When was ibuprofen invented?", "gpt-4o-mini", "Simple")]
    [InlineData("auto", "When was Python 3.12 released?", "gpt-4o-mini", "Simple")]
    public async Task Ask_AutoWhereAMistakeIsCostly_GoesToTheStrongTier(string alias, string question, string model, string reason)
    {
        using var answer = await fixture.Gateway.AskAsync(question, alias, Key);
        Assert.Equal((model, reason), (answer.Header("x-orleansllm-model"), answer.Header("x-orleansllm-route-reason")));
    }

    [Fact]
    public async Task Ask_ExplicitModel_IsHonoured()
    {
        var answer = await fixture.Gateway.AskAsync("What is the capital of Spain?", "gpt-4.1", Key);
        Assert.Equal("gpt-4.1", answer.Header("x-orleansllm-model"));
        Assert.Equal("ExplicitModel", answer.Header("x-orleansllm-route-reason"));
    }

    [Theory]
    [InlineData("""{"model":"o4-mini","messages":[{"role":"user","content":"What is the capital of Chile?"}]}""", "gpt-4o-mini", "Simple")]
    [InlineData("""{"model":"o4-mini","reasoning_effort":"low","messages":[{"role":"user","content":"What is the capital of Chile?"}]}""", "o4-mini", "ReasoningRequired")]
    [InlineData("""{"model":"auto:fast","max_tokens":-5000,"messages":[{"role":"user","content":"LONG"}]}""", "gpt-4o", "ContextTooLong")]
    [InlineData("""{"model":"auto:fast","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","description":"LONG"}}]}""", "gpt-4o", "ContextTooLong")]
    [InlineData("""{"model":"auto:fast","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","description":"short"}}]}""", "gpt-4o-mini", "FastAlias")]
    [InlineData("""{"model":"auto","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/y.png"}}]}]}""", "gpt-4o", "Unavailable")]
    public async Task Explain_WhatTheCheapTierCannotTake_GoesUp(string body, string model, string reason)
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Tenants:acme:MapToAuto:0"] = "o4-mini";
        settings["OrleansLlm:Routing:Tiers:0:Model"] = "gpt-4o-mini";
        settings["OrleansLlm:Routing:Tiers:0:MaxContextTokens"] = "1000";
        settings["OrleansLlm:Routing:Tiers:1:Model"] = "gpt-4o";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        var route = (await (await gateway.PostAsync(
            body.Replace("LONG", string.Concat(Enumerable.Repeat("five ", 1500)), StringComparison.Ordinal), Key, "/v1/explain")).JsonAsync()).GetProperty("route");
        Assert.Equal((model, reason), (route.GetProperty("model").GetString(), route.GetProperty("reason").GetString()));
    }

    [Theory]
    [InlineData("", "gpt-4o-mini", "FastAlias")]
    [InlineData(",\"previous_response_id\":\"resp_1\"", "gpt-4o", "ContextTooLong")]
    public async Task Respond_ContinuesWhatTheProviderKeeps_TakesNoTierOfASmallerContext(string more, string model, string reason)
    {
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>
        {
            ["OrleansLlm:Routing:Tiers:0:Model"] = "gpt-4o-mini",
            ["OrleansLlm:Routing:Tiers:0:MaxContextTokens"] = "16000",
            ["OrleansLlm:Routing:Tiers:1:Model"] = "gpt-4o",
        });
        using var answer = await gateway.PostAsync("{\"model\":\"auto:fast\",\"input\":\"And of Spain?\"" + more + "}", path: "/v1/responses");
        Assert.Equal((model, reason), (answer.Header("x-orleansllm-model"), answer.Header("x-orleansllm-route-reason")));
    }

    [Fact]
    public async Task Respond_ShortTurnAfterWhatTheProviderKeeps_GoesToTheStrongTier()
    {
        using var answer = await fixture.Gateway.PostAsync("""{"model":"auto","input":"commit it","previous_response_id":"resp_1"}""", Key, "/v1/responses");
        Assert.Equal(("gpt-4o", "ContinuedUnknown"), (answer.Header("x-orleansllm-model"), answer.Header("x-orleansllm-route-reason")));
    }

    [Fact]
    public async Task Ask_RouteOffAfterTheSameWasRoutedDown_IsNotGivenTheSmallModelsAnswer()
    {
        const string Question = "What is the capital of Portugal?";
        Assert.Equal("gpt-4o-mini", (await fixture.Gateway.AskAsync(Question, "auto", Key)).Header("x-orleansllm-model"));
        var answer = await fixture.Gateway.AskAsync(Question, "auto", Key, false, ("x-orleansllm-route", "off"));
        Assert.Equal(("miss", "gpt-4o"), (answer.Cache(), answer.Header("x-orleansllm-model")));
    }

    [Fact]
    public async Task Ask_RouteOff_UsesTheStrongestTier()
    {
        var answer = await fixture.Gateway.AskAsync("What is the capital of Italy?", "auto", Key, false, ("x-orleansllm-route", "off"));
        Assert.Equal("gpt-4o", answer.Header("x-orleansllm-model"));
        Assert.Equal("Disabled", answer.Header("x-orleansllm-route-reason"));
    }

    [Fact]
    public async Task Ask_LongContext_IsCompressedAndTheLedgerAddsUp()
    {
        var answer = await fixture.Gateway.PostAsync(LongPrompt("What is the fee for an outgoing wire transfer?"), Key);
        Assert.True(int.Parse(answer.Header("x-orleansllm-tokens-saved")!, CultureInfo.InvariantCulture) > 100);
        var off = await fixture.Gateway.PostAsync(
            LongPrompt("What is the fee for an incoming wire transfer?"), Key, "/v1/chat/completions", ("x-orleansllm-compress", "off"));
        Assert.Equal("0", off.Header("x-orleansllm-tokens-saved"));

        var total = (await fixture.Gateway.SavingsAsync(GatewayFixture.Operator)).GetProperty("total");
        var saved = total.GetProperty("saved");
        Assert.True(saved.GetProperty("compression").GetDecimal() > 0);
        Assert.Equal(
            total.GetProperty("baseline_usd").GetDecimal() - total.GetProperty("cost_usd").GetDecimal(),
            saved.GetProperty("cache").GetDecimal() + saved.GetProperty("routing").GetDecimal() + saved.GetProperty("compression").GetDecimal());
    }

    [Fact]
    public async Task Explain_LongContext_SaysWhatEachLayerWouldDoAndStoresNothing()
    {
        var body = LongPrompt("What is the fee for a returned payment order?");
        var explanation = await (await fixture.Gateway.PostAsync(body, Key, "/v1/explain")).JsonAsync();

        Assert.Equal("miss", explanation.GetProperty("cache").GetProperty("kind").GetString());
        Assert.Equal("What is the fee for a returned payment order?", explanation.GetProperty("cache").GetProperty("question").GetString());
        Assert.Equal("gpt-4o", explanation.GetProperty("route").GetProperty("model").GetString());
        var compression = explanation.GetProperty("compression");
        Assert.True(compression.GetProperty("tokens_after").GetInt32() < compression.GetProperty("tokens_before").GetInt32());
        var original = Context();
        foreach (var removed in compression.GetProperty("removed").EnumerateArray())
        {
            // "Context:\n" stands before the documents.
            var start = removed.GetProperty("start").GetInt32() - "Context:\n".Length;
            var text = original.Substring(start, removed.GetProperty("length").GetInt32());
            Assert.Equal(removed.GetProperty("text").GetString(), text);
            Assert.Equal(string.IsNullOrWhiteSpace(text) ? "white_space" : "sentence", removed.GetProperty("kind").GetString());
        }

        var sent = compression.GetProperty("messages")[0].GetProperty("content").GetString()!;
        Assert.EndsWith("What is the fee for a returned payment order?", sent, StringComparison.Ordinal);
        Assert.True(explanation.GetProperty("price").GetProperty("predicted_usd").GetDecimal() < explanation.GetProperty("price").GetProperty("baseline_usd").GetDecimal());
        Assert.Equal("miss", (await fixture.Gateway.PostAsync(body, Key)).Cache());
    }

    [Theory]
    [InlineData(-5000, 150)]
    [InlineData(0, 150)]
    [InlineData(20, 20)]
    public async Task Explain_BoundOnTheAnswer_IsWhatIsPricedWhereItIsOne(int bound, int assumed)
    {
        var body = new { model = "gpt-4o", messages = new[] { new { role = "user", content = "How long is the answer?" } }, max_tokens = bound };
        var price = (await (await fixture.Gateway.PostAsync(body, Key, "/v1/explain")).JsonAsync()).GetProperty("price");
        Assert.Equal(assumed, price.GetProperty("assumed_completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Explain_LaterTurn_SendsTheEarlierDocumentAsItEnteredAndBringsBackWhatIsAsked()
    {
        const string Asked = "What is the fee for an outgoing wire transfer?";
        var document = $"Context:\n{Context()}\n\nQuestion: {Asked}";
        var first = (await (await fixture.Gateway.PostAsync(LongPrompt(Asked), Key, "/v1/explain")).JsonAsync()).GetProperty("compression");
        var entered = first.GetProperty("messages")[0].GetProperty("content").GetString()!;
        var leftOut = first.GetProperty("removed").EnumerateArray().Select(r => r.GetProperty("text").GetString()!).MaxBy(t => t.Length)!.Trim();
        Assert.DoesNotContain(leftOut, entered, StringComparison.Ordinal);
        var later = $"Is it so that {leftOut.TrimEnd('.')}?";

        var body = new
        {
            model = "gpt-4o",
            messages = new[]
            {
                new { role = "user", content = document },
                new { role = "assistant", content = "25 dollars." },
                new { role = "user", content = later },
            },
        };
        var second = await (await fixture.Gateway.PostAsync(body, Key, "/v1/explain")).JsonAsync();
        var messages = second.GetProperty("compression").GetProperty("messages");
        Assert.Equal(entered, messages[0].GetProperty("content").GetString());
        Assert.Equal("25 dollars.", messages[1].GetProperty("content").GetString());
        var question = messages[2].GetProperty("content").GetString()!;
        Assert.StartsWith("From the documents above:\n", question, StringComparison.Ordinal);
        Assert.Contains(leftOut + "\n", question, StringComparison.Ordinal);
        Assert.EndsWith("\n\n" + later, question, StringComparison.Ordinal);
    }

    private static object LongPrompt(string question) => new
    {
        model = "gpt-4o",
        messages = new[] { new { role = "user", content = $"Context:\n{Context()}\n\nQuestion: {question}" } },
    };

    private static string Context()
    {
        string[] topics = ["wire transfers", "card disputes", "customer complaints", "data retention", "marketing approvals", "vendor reviews", "crypto deposits", "gift registers"];
        var paragraphs = topics.Select((topic, i) =>
            $"This section covers {topic} and the duties of the team that owns them. The team reviews {topic} every {i + 2} months and keeps a written note. "
            + $"Staff who handle {topic} complete a course once a year. A manager samples {10 + i} cases about {topic} and records the outcome. "
            + $"Questions about {topic} go to the desk on floor {i + 1}. Exceptions need the approval of two managers and are kept for {i + 3} years.");
        return "The fee for an outgoing wire transfer is 25 dollars, for an incoming one 10 dollars, and for a returned payment order 15 dollars.\n\n" + string.Join("\n\n", paragraphs);
    }
}
