using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Client.Tests.Faults;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Hosting;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>A silo that leaves books what its calls cost, whoever still waits for them.</summary>
public sealed class DepartureTests : IDisposable
{
    private const string Plain = """{"model":"gpt-4o","max_tokens":1000,"messages":[{"role":"user","content":"Who is too slow?"}]}""";
    private const string Embedding = """{"model":"text-embedding-3-small","input":"Whose vector is too slow?"}""";
    private const string Stream = """{"model":"gpt-4o","stream":true,"metadata":{"simulator_fault":"stall-mid"},"messages":[{"role":"user","content":"Who falls silent?"}]}""";
    private const string Simple = """{"model":"auto","max_tokens":1000,"messages":[{"role":"user","content":"What is the capital of Norway?"}]}""";

    private readonly SemaphoreSlim _sent = new(0);
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _sent.Dispose();

    [Fact]
    public async Task Leave_CallsOutlastTheDrain_AreCutOffToldAndBooked()
    {
        await using var gateway = await StartAsync();
        _ended.SetResult();
        var asking = SendAsync(gateway, Plain, TestContext.Current.CancellationToken);
        var embedding = SendAsync(gateway, Embedding, TestContext.Current.CancellationToken, "/v1/embeddings");
        for (var call = 0; call < 2; call++)
            await _sent.WaitAsync(TestContext.Current.CancellationToken);
        using var streamed = await SendAsync(gateway, Stream, TestContext.Current.CancellationToken);

        var leaving = LeaveAsync(gateway);
        Assert.False(leaving.IsCompleted);
        _time.Advance(GatewayHostDefaults.DrainLimit);
        await leaving.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        await AssertBookedAsync(gateway, requests: 3);
        foreach (var asked in new[] { asking, embedding })
        {
            using var answer = await asked;
            Assert.Equal(503, (int)answer.StatusCode);
            var error = (await answer.JsonAsync()).GetProperty("error");
            Assert.Equal("server_error", error.GetProperty("type").GetString());
            Assert.Contains("shuts down", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        var events = await streamed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("data: {\"error\":{", events, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leave_CallerHasGone_ItsCallIsWaitedForUntilItIsBooked()
    {
        await using var gateway = await StartAsync();
        using var active = new ActiveRequests(gateway.Services);
        using var caller = new CancellationTokenSource();
        var asking = SendAsync(gateway, Plain, caller.Token);
        await _sent.WaitAsync(TestContext.Current.CancellationToken);
        var leaving = LeaveAsync(gateway);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await _cut.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        // Long enough for the caller's own request to end.
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(leaving.IsCompleted);

        _ended.SetResult();
        await leaving.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(0, active.Count);
        await AssertBookedAsync(gateway, requests: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leave_ABetterAnswerOutlastsTheDrain_TheCheapOneIsGiven(bool hasBegun)
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Tenants:acme:Budgets:Day"] = "1";
        settings["OrleansLlm:Routing:Cascade"] = "true";
        await using var gateway = await GatewayProcess.StartAsync(settings, wrapUpstreams: (_, inner) => new TwoTiers(inner, hasBegun, this));
        var asking = SendAsync(gateway, Simple, TestContext.Current.CancellationToken);
        await _sent.WaitAsync(TestContext.Current.CancellationToken);

        var leaving = LeaveAsync(gateway);
        _time.Advance(GatewayHostDefaults.DrainLimit);
        await leaving.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        using var answer = await asking;
        Assert.Equal((200, "gpt-4o-mini"), ((int)answer.StatusCode, answer.Header("x-orleansllm-model")));
        Assert.StartsWith("I'm sorry", await answer.TextAsync(), StringComparison.Ordinal);
        var total = (await gateway.SavingsAsync(GatewayFixture.Acme)).GetProperty("total");
        Assert.Equal((1, 0), (total.GetProperty("requests").GetInt32(), total.GetProperty("errors").GetInt32()));
        // Nobody knows what the better one cost: its maximum.
        var budget = Assert.Single(await gateway.Services.GetRequiredService<IGrainFactory>().GetGrain<IBudgetGrain>("acme").ListAsync());
        Assert.Equal(0m, budget.ReservedUsd);
        Assert.InRange(budget.SpentUsd, 0.01m, 0.02m);
    }

    /// <summary>Nothing was begun: who comes back a second later finds another silo.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leave_WhoeverComesThen_IsToldToComeBack(bool stream)
    {
        await using var gateway = await StartAsync();
        await LeaveAsync(gateway).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        using var answer = await SendAsync(gateway, stream ? Stream : Plain, TestContext.Current.CancellationToken);
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Equal("1", answer.Header("retry-after"));
        Assert.Equal(0, _sent.CurrentCount);
    }

    private Task<GatewayProcess> StartAsync()
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Tenants:acme:Budgets:Day"] = "1";
        return GatewayProcess.StartAsync(settings, wrapUpstreams: (_, inner) => new Slow(inner, this));
    }

    private static Task<HttpResponseMessage> SendAsync(GatewayProcess gateway, string body, CancellationToken cancellationToken, string path = "/v1/chat/completions")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", GatewayFixture.Acme);
        return gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    // The silo's own departure begins once its host has let go of its callers.
    private Task LeaveAsync(GatewayProcess gateway)
    {
        var stages = new Stages();
        ActivatorUtilities.CreateInstance<SiloDeparture>(gateway.Services, _time).Participate(stages);
        return stages.Observers[ServiceLifecycleStage.BecomeActive].OnStop(TestContext.Current.CancellationToken);
    }

    private static async Task AssertBookedAsync(GatewayProcess gateway, int requests)
    {
        var total = (await gateway.SavingsAsync(GatewayFixture.Acme)).GetProperty("total");
        Assert.Equal((requests, requests), (total.GetProperty("requests").GetInt32(), total.GetProperty("estimated").GetInt32()));
        Assert.True(total.GetProperty("cost_usd").GetDecimal() > 0);
        // Of a plain call that was cut off nobody knows: its maximum.
        var budget = Assert.Single(await gateway.Services.GetRequiredService<IGrainFactory>().GetGrain<IBudgetGrain>("acme").ListAsync());
        Assert.Equal(0m, budget.ReservedUsd);
        Assert.InRange(budget.SpentUsd, 0.01m, 0.02m);
    }

    private sealed class Stages : ISiloLifecycle
    {
        public Dictionary<int, ILifecycleObserver> Observers { get; } = [];

        public int HighestCompletedStage => ServiceLifecycleStage.Active;

        public int LowestStoppedStage => int.MaxValue;

        public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
        {
            Observers[stage] = observer;
            return new MemoryStream();
        }
    }

    /// <summary>A cheap tier that refuses, and a strong one that never ends, or never begins.</summary>
    private sealed class TwoTiers(IUpstreamCatalog inner, bool hasBegun, DepartureTests test) : IUpstreamCatalog
    {
        public string Description => inner.Description;

        public IReadOnlyList<ServedModel> Models => inner.Models;

        public UpstreamTarget? Find(string model, UpstreamEndpoint? endpoint = null) => inner.Find(model, endpoint) is not { } target ? null : target with
        {
            Upstream = model == "gpt-4o-mini"
                ? new RecordedUpstream(static _ => new RecordedReply("I'm sorry, but I can't help with that."), target.Upstream, TimeProvider.System)
                : new Strong(target.Upstream.Name, hasBegun, test),
        };

        private sealed class Strong(string name, bool hasBegun, DepartureTests test) : IUpstream
        {
            public string Name => name;

            public async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
            {
                test._sent.Release();
                if (!hasBegun)
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                return new UpstreamReply(200, [], "application/json", new Pipe().Reader.AsStream());
            }
        }
    }

    /// <summary>Answers no plain call, and takes its time to end one.</summary>
    private sealed class Slow(IUpstreamCatalog inner, DepartureTests test) : IUpstreamCatalog
    {
        public string Description => inner.Description;

        public IReadOnlyList<ServedModel> Models => inner.Models;

        public UpstreamTarget? Find(string model, UpstreamEndpoint? endpoint = null) =>
            inner.Find(model, endpoint) is { } target ? target with { Upstream = new Provider(target.Upstream, test) } : null;

        private sealed class Provider(IUpstream inner, DepartureTests test) : IUpstream
        {
            public string Name => inner.Name;

            public async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
            {
                if (request.Stream)
                    return await inner.SendAsync(request, cancellationToken);
                test._sent.Release();
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                test._cut.TrySetResult();
                await test._ended.Task;
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }
}
