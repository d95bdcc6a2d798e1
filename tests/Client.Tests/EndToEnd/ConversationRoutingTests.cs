using System.Text;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Client.Tests.EndToEnd;

public sealed class ConversationRoutingTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Key = GatewayFixture.Acme;
    private const string Simple = "What is the capital of Norway?";
    private const string Hard = "Prove that the sum of two odd integers is even, then derive a formula for the sum of the first n odd integers and explain each step.";

    [Fact]
    public async Task Ask_SimpleTurnAfterAHardOne_StaysAtTheStrongTier()
    {
        var first = await AskAsync(("user", Hard));
        Assert.Equal("gpt-4o", first.Header("x-orleansllm-model"));
        var second = await UntilAsync("StickyConversation", ("user", Hard), ("assistant", "Here is the proof."), ("user", Simple));
        Assert.Equal("gpt-4o", second.Header("x-orleansllm-model"));
    }

    [Fact]
    public async Task Ask_ShortContinuation_KeepsTheModel()
    {
        Assert.Equal("gpt-4o-mini", (await AskAsync(("user", Simple + " Please."))).Header("x-orleansllm-model"));
        var second = await UntilAsync("Continued", ("user", Simple + " Please."), ("assistant", "Oslo."), ("user", "commit it"));
        Assert.Equal("gpt-4o-mini", second.Header("x-orleansllm-model"));
    }

    [Fact]
    public async Task Ask_AfterARefusalOrAComplaint_GoesToTheStrongTier()
    {
        var refused = await AskAsync(("user", Simple), ("assistant", "I'm sorry, but I can't help with that."), ("user", "Which river runs through it?"));
        Assert.Equal(("gpt-4o", "EscalatedRefusal"), (refused.Header("x-orleansllm-model"), refused.Header("x-orleansllm-route-reason")));
        var wrong = await AskAsync(("user", Simple), ("assistant", "Bergen."), ("user", "No, that is wrong."));
        Assert.Equal(("gpt-4o", "EscalatedDissatisfaction"), (wrong.Header("x-orleansllm-model"), wrong.Header("x-orleansllm-route-reason")));
    }

    [Fact]
    public async Task Ask_TheSameAgainAfterBrokenJson_GoesToTheStrongTier()
    {
        await using var gateway = await GatewayProcess.StartAsync(wrapUpstreams: (_, inner) => new Prose(inner));
        var body = new
        {
            model = "auto",
            messages = new[] { new { role = "user", content = Simple } },
            response_format = new { type = "json_schema", json_schema = new { name = "city", schema = new { type = "object", required = new[] { "city" } } } },
        };
        Assert.Equal("gpt-4o-mini", (await gateway.PostAsync(body)).Header("x-orleansllm-model"));
        for (var attempt = 0; ; attempt++)
        {
            var again = await gateway.PostAsync(body);
            if (again.Header("x-orleansllm-route-reason") == "EscalatedSchema")
            {
                Assert.Equal("gpt-4o", again.Header("x-orleansllm-model"));
                return;
            }

            Assert.True(attempt < 20, again.Header("x-orleansllm-route-reason"));
        }
    }

    [Fact]
    public async Task Ask_MappedModelThatIsNoTier_StaysInItsConversation()
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Tenants:acme:MapToAuto:0"] = "gpt-4.1";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        Assert.Equal("gpt-4.1", (await AskAsync(gateway, "gpt-4.1", ("user", Hard))).Header("x-orleansllm-model"));
        var second = await UntilAsync(gateway, "gpt-4.1", "StickyConversation", ("user", Hard), ("assistant", "Here is the proof."), ("user", Simple));
        Assert.Equal("gpt-4.1", second.Header("x-orleansllm-model"));
        Assert.Equal("gpt-4o-mini", (await AskAsync(gateway, "gpt-4.1", ("user", Simple + " Now."))).Header("x-orleansllm-model"));
    }

    [Fact]
    public async Task Explain_InShadow_KnowsTheConversationAsItWouldHaveGone()
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Tenants:acme:Routing"] = "Shadow";
        await using var gateway = await GatewayProcess.StartAsync(settings);
        await AskAsync(gateway, "auto", ("user", Simple));
        var body = new { model = "auto", messages = new[] { new { role = "user", content = Simple }, new { role = "assistant", content = "Oslo." }, new { role = "user", content = "commit it" } } };
        for (var attempt = 0; ; attempt++)
        {
            var route = (await (await gateway.PostAsync(body, Key, "/v1/explain")).JsonAsync()).GetProperty("route");
            if (route.GetProperty("reason").GetString() == "Continued" || attempt == 20)
            {
                Assert.Equal(("Continued", "gpt-4o-mini"), (route.GetProperty("reason").GetString(), route.GetProperty("model").GetString()));
                return;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Ask_AnotherLanguage_GoesToTheStrongTier()
    {
        var answer = await AskAsync(("user", "¿Cuál es la capital de los Estados Unidos?"));
        Assert.Equal(("gpt-4o", "LanguageUnsupported"), (answer.Header("x-orleansllm-model"), answer.Header("x-orleansllm-route-reason")));
    }

    [Fact]
    public async Task Explain_Question_NamesClassThresholdAndFeatures()
    {
        var answer = await AskAsync(("user", "What is the capital of Denmark?"));
        Assert.Equal(("Lookup", "0.8"), (answer.Header("x-orleansllm-route-class"), answer.Header("x-orleansllm-route-threshold")));
        var route = (await (await fixture.Gateway.PostAsync(new { model = "auto", messages = new[] { new { role = "user", content = Hard } } }, Key, "/v1/explain")).JsonAsync()).GetProperty("route");
        Assert.Equal("Math", route.GetProperty("class").GetString());
        Assert.False(route.GetProperty("certified").GetBoolean());
        var features = route.GetProperty("features").EnumerateArray().ToList();
        Assert.NotEmpty(features);
        Assert.All(features, f => Assert.True(Math.Abs(f.GetProperty("effect").GetDouble()) >= 0.05));
    }

    private Task<HttpResponseMessage> AskAsync(params (string Role, string Content)[] messages) => AskAsync(fixture.Gateway, "auto", messages);

    private static Task<HttpResponseMessage> AskAsync(GatewayProcess gateway, string model, params (string Role, string Content)[] messages) => gateway.PostAsync(
        new { model, messages = messages.Select(m => new { role = m.Role, content = m.Content }) }, Key, headers: ("cache-control", "no-cache"));

    // A turn is noted beside its reply, so that the next one may come first.
    private Task<HttpResponseMessage> UntilAsync(string reason, params (string Role, string Content)[] messages) => UntilAsync(fixture.Gateway, "auto", reason, messages);

    private static async Task<HttpResponseMessage> UntilAsync(GatewayProcess gateway, string model, string reason, params (string Role, string Content)[] messages)
    {
        for (var attempt = 0; ; attempt++)
        {
            var answer = await AskAsync(gateway, model, messages);
            if (answer.Header("x-orleansllm-route-reason") == reason || attempt == 20)
            {
                Assert.Equal(reason, answer.Header("x-orleansllm-route-reason"));
                return answer;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private sealed class Prose(IUpstreamCatalog inner) : IUpstreamCatalog
    {
        public string Description => inner.Description;

        public IReadOnlyList<ServedModel> Models => inner.Models;

        public UpstreamTarget? Find(string model, UpstreamEndpoint? endpoint = null) => inner.Find(model, endpoint) is not { } target
            ? null
            : target with { Upstream = new RecordedUpstream(_ => new RecordedReply("Oslo, I think."), target.Upstream, TimeProvider.System) };
    }
}
