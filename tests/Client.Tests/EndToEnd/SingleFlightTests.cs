using System.Net;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>Single flight by meaning, against a provider that takes its time.</summary>
public sealed class SingleFlightTests
{
    private static readonly string[] s_wordings = ["How do I reset my online banking password?", "How can I reset my online banking password?"];

    [Fact]
    public async Task Ask_ThousandConcurrentParaphrases_OneCallsTheUpstream()
    {
        await using var gateway = await StartAsync(latency: "00:00:04");
        // Distinct requests: two wordings, and white space that no fingerprint forgives.
        var questions = Enumerable.Range(0, 1000).Select(i => Spaced(s_wordings[i % 2], i / 2)).ToList();
        Assert.Equal(1000, questions.Distinct().Count());

        var answers = await Task.WhenAll(questions.Select(q => gateway.AskAsync(q)));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        var total = (await gateway.SavingsAsync()).GetProperty("total");
        Assert.Equal(1, total.GetProperty("misses").GetInt64());
        Assert.Equal(1000, total.GetProperty("requests").GetInt64());
        var texts = await Task.WhenAll(answers.Select(a => a.TextAsync()));
        Assert.Single(texts.Distinct());
        Assert.Contains(answers, a => a.Cache() == "pending");
    }

    [Fact]
    public async Task Ask_RewordedWhileStreaming_SharesTheCall()
    {
        await using var gateway = await StartAsync(latency: "00:00:01.500");

        // Which of the two is the first to have its meaning read, the machine decides.
        var answers = await Task.WhenAll(s_wordings.Select(w => gateway.AskAsync(w, stream: true)));

        Assert.Single(answers, static a => a.Cache() == "miss");
        var second = Assert.Single(answers, static a => a.Cache() == "pending");
        Assert.Equal("0", second.Header("x-orleansllm-cost-usd"));
        Assert.Contains("data: [DONE]", await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_TheSameStreamWithAndWithoutUsage_EachGetsWhatItAskedFor()
    {
        await using var gateway = await StartAsync(latency: "00:00:01");
        Task<HttpResponseMessage> Ask(bool usage) => gateway.PostAsync(new
        {
            model = "gpt-4o", stream = true, stream_options = new { include_usage = usage }, messages = new[] { new { role = "user", content = s_wordings[0] } },
        });
        var without = Ask(false);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        var with = Ask(true);

        Assert.DoesNotContain("\"choices\":[]", await (await without).Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("\"choices\":[]", await (await with).Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_TrapWhileTheOtherIsUnderWay_CallsForItself()
    {
        await using var gateway = await StartAsync(latency: "00:00:01");
        var first = gateway.AskAsync("How do I turn on dark mode in the app settings?");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal("miss", (await gateway.AskAsync("How do I turn off dark mode in the app settings?")).Cache());
        Assert.Equal("miss", (await first).Cache());
    }

    [Fact]
    public async Task Ask_LeaderFails_OtherAsksForItself()
    {
        await using var gateway = await StartAsync(latency: "00:00:01");
        var first = gateway.AskAsync(s_wordings[0], model: "gpt-4o@status=500");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        var second = await gateway.AskAsync(s_wordings[1], model: "gpt-4o@status=500");

        Assert.Equal(HttpStatusCode.InternalServerError, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, second.StatusCode);
        Assert.Equal("miss", second.Cache());
    }

    [Fact]
    public async Task Ask_TheModelRefusesTheLeader_TheOthersAskAtOnceAndNotOneAfterTheOther()
    {
        using var refusing = new Refusing();
        await using var gateway = await GatewayProcess.StartAsync(
            new Dictionary<string, string?> { ["OrleansLlm:Cache:PendingTimeout"] = "00:01:00" }, wrapUpstreams: (_, inner) => refusing.Around(inner));
        var first = gateway.AskAsync(s_wordings[0]);
        await refusing.Asked(1);
        var others = Enumerable.Range(1, 2).Select(i => gateway.AskAsync(Spaced(s_wordings[1], i))).ToList();
        // Time to find what is under way.
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        Assert.Equal(1, refusing.Calls);

        refusing.Answer(1);
        Assert.Equal("miss", (await first).Cache());
        // Both, while neither has an answer.
        await refusing.Asked(2);
        refusing.Answer(2);
        Assert.All(await Task.WhenAll(others), static o => Assert.Equal("miss", o.Cache()));
        Assert.Equal(3, refusing.Calls);
    }

    [Fact]
    public async Task Ask_LeaderTooSlow_OtherDoesNotWaitForIt()
    {
        await using var gateway = await StartAsync(latency: "00:00:03", pendingTimeout: "00:00:00.500");
        var first = gateway.AskAsync(s_wordings[0]);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal("miss", (await gateway.AskAsync(s_wordings[1])).Cache());
        Assert.Equal("miss", (await first).Cache());
    }

    private static Task<GatewayProcess> StartAsync(string latency, string pendingTimeout = "00:01:00") => GatewayProcess.StartAsync(new Dictionary<string, string?>
    {
        ["OrleansLlm:Simulator:FirstTokenLatency"] = latency,
        ["OrleansLlm:Cache:PendingTimeout"] = pendingTimeout,
    });

    // The bits of the number say where a space is doubled.
    private static string Spaced(string question, int number)
    {
        var words = question.Split(' ');
        var text = words[0];
        for (var i = 1; i < words.Length; i++)
            text += ((number >> (i - 1)) & 1) == 1 ? "  " + words[i] : " " + words[i];
        return text + new string(' ', number >> (words.Length - 1));
    }

    // A model that refuses in words, when it is told to.
    private sealed class Refusing : IDisposable
    {
        private readonly SemaphoreSlim _asked = new(0);
        private readonly SemaphoreSlim _answers = new(0);
        private int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public IUpstreamCatalog Around(IUpstreamCatalog inner) => new Catalog(inner, this);

        public async Task Asked(int times)
        {
            for (var i = 0; i < times; i++)
                Assert.True(await _asked.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), "the model is not asked");
        }

        public void Answer(int calls) => _answers.Release(calls);

        public void Dispose()
        {
            _asked.Dispose();
            _answers.Dispose();
        }

        private sealed class Catalog(IUpstreamCatalog inner, Refusing owner) : IUpstreamCatalog
        {
            public string Description => inner.Description;

            public IReadOnlyList<ServedModel> Models => inner.Models;

            public UpstreamTarget? Find(string model, UpstreamEndpoint? endpoint = null) =>
                inner.Find(model, endpoint) is { } target ? target with { Upstream = new Upstream(target.Upstream, owner) } : null;
        }

        private sealed class Upstream(IUpstream inner, Refusing owner) : IUpstream
        {
            private readonly RecordedUpstream _recorded = new(static _ => new RecordedReply("I'm sorry, but I can't help with that."), inner, TimeProvider.System);

            public string Name => inner.Name;

            public async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
            {
                Interlocked.Increment(ref owner._calls);
                owner._asked.Release();
                await owner._answers.WaitAsync(cancellationToken);
                return await _recorded.SendAsync(request, cancellationToken);
            }
        }
    }
}
