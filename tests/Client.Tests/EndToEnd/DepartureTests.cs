using System.Text;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Client.Tests.Faults;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Client.Tests.EndToEnd;

/// <summary>A silo that leaves books what its calls cost, whoever still waits for them.</summary>
public sealed class DepartureTests
{
    private const string Plain = """{"model":"gpt-4o","max_tokens":1000,"messages":[{"role":"user","content":"Who is too slow?"}]}""";
    private const string Stream = """{"model":"gpt-4o","stream":true,"metadata":{"simulator_fault":"stall-mid"},"messages":[{"role":"user","content":"Who falls silent?"}]}""";

    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Leave_CallsOutlastTheDrain_AreCutOffToldAndBooked()
    {
        await using var gateway = await StartAsync();
        _ended.SetResult();
        var asking = SendAsync(gateway, Plain, TestContext.Current.CancellationToken);
        await _sent.Task.WaitAsync(TestContext.Current.CancellationToken);
        using var streamed = await SendAsync(gateway, Stream, TestContext.Current.CancellationToken);

        var leaving = LeaveAsync(gateway);
        Assert.False(leaving.IsCompleted);
        _time.Advance(GatewayHostDefaults.DrainLimit);
        await leaving.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        await AssertBookedAsync(gateway, requests: 2);
        using var answer = await asking;
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Equal("server_error", (await answer.JsonAsync()).GetProperty("error").GetProperty("type").GetString());
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
        await _sent.Task.WaitAsync(TestContext.Current.CancellationToken);
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
        Assert.False(_sent.Task.IsCompleted);
    }

    private Task<GatewayProcess> StartAsync()
    {
        var settings = GatewayFixture.Tenants();
        settings["OrleansLlm:Tenants:acme:Budgets:Day"] = "1";
        return GatewayProcess.StartAsync(settings, wrapUpstreams: (_, inner) => new Slow(inner, this));
    }

    private static Task<HttpResponseMessage> SendAsync(GatewayProcess gateway, string body, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
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
                test._sent.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                test._cut.TrySetResult();
                await test._ended.Task;
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }
}
