using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream;
using OrleansLlm.Silo.Upstream.Resilience;
using static OrleansLlm.Cluster.Tests.Upstream.Resilience.ScriptedProvider;

namespace OrleansLlm.Cluster.Tests.Upstream.Resilience;

/// <summary>What is repeated, by whom, and when; on a clock of the test's own.</summary>
public sealed class DeploymentGroupTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly List<UpstreamAttempt> _lost = [];

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Send_StatusThatMayPass_IsRepeatedAndServed(int status)
    {
        var provider = new ScriptedProvider("a", Status(status), Status(200));
        await using (var reply = await SendAsync(Group(provider)))
        {
            Assert.Equal((200, 2), (reply.Status, provider.Calls));
            // The first reply's connection is free already.
            Assert.Equal(1, provider.Held);
            Assert.Equal("body 200", await TextAsync(reply));
        }

        Assert.Equal(0, provider.Held);
        Assert.Empty(_lost);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(422)]
    [InlineData(501)]
    public async Task Send_StatusThatStays_IsNotRepeated(int status)
    {
        var provider = new ScriptedProvider("a", Status(status), Status(200));
        await using var reply = await SendAsync(Group(provider));
        Assert.Equal((status, 1), (reply.Status, provider.Calls));
        Assert.Empty(reply.Headers);
    }

    [Fact]
    public async Task Send_RepeatedInVain_SaysThatItWasAndKeepsTheBody()
    {
        var provider = new ScriptedProvider("a", Status(500, ("x-should-retry", "true"), ("openai-processing-ms", "7")));
        await using (var reply = await SendAsync(Group(provider)))
        {
            Assert.Equal((500, 3), (reply.Status, provider.Calls));
            Assert.Equal(["openai-processing-ms=7", "x-should-retry=false"], reply.Headers.Select(h => $"{h.Key}={h.Value}"));
            Assert.Equal("body 500", await TextAsync(reply));
        }

        Assert.Equal(0, provider.Held);
    }

    [Fact]
    public async Task Send_UnreachableInVain_SaysThatItWasRepeated()
    {
        var provider = new ScriptedProvider("a", Fails(UpstreamFailure.Unreachable));
        await using var reply = await SendAsync(Group(provider));
        Assert.Equal((UpstreamFailure.Unreachable, 502, 3), (reply.Failure, reply.Status, provider.Calls));
        Assert.Equal("x-should-retry=false", string.Join(',', reply.Headers.Select(h => $"{h.Key}={h.Value}")));
        Assert.Empty(_lost);
    }

    [Theory]
    [InlineData(503, "false", 1)]
    [InlineData(409, "true", 2)]
    public async Task Send_ProviderSaysWhether_IsObeyed(int status, string should, int calls)
    {
        var provider = new ScriptedProvider("a", Status(status, ("X-Should-Retry", should)), Status(200));
        await using var reply = await SendAsync(Group(provider));
        Assert.Equal(calls, provider.Calls);
        Assert.Equal(calls == 1 ? status : 200, reply.Status);
    }

    [Theory]
    [InlineData("retry-after", "3", 3000)]
    [InlineData("retry-after", "0.5", 500)]
    [InlineData("retry-after-ms", "1500", 1500)]
    [InlineData("retry-after", "Wed, 25 Nov 2026 12:00:04 GMT", 4000)]
    public async Task Send_RetryAfter_IsWaitedForAndNotMuchLonger(string header, string value, int milliseconds)
    {
        var provider = new ScriptedProvider("a", Status(429, (header, value)), Status(200));
        var sending = Group(provider).SendAsync(Request(), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.Equal(1, provider.Calls);
        _time.Advance(TimeSpan.FromMilliseconds(1 + (0.1 * (milliseconds + 500)) + 1));
        await using var reply = await sending;
        Assert.Equal((200, 2), (reply.Status, provider.Calls));
    }

    [Theory]
    [InlineData("retry-after", "11")]
    [InlineData("retry-after", "1e300")]
    [InlineData("retry-after", "99999999999999999999")]
    [InlineData("retry-after", "Wed, 25 Nov 2026 13:00:00 GMT")]
    [InlineData("retry-after-ms", "60000")]
    public async Task Send_RetryAfterLongerThanAnyoneWaits_GoesToTheCallerAsItIs(string header, string value)
    {
        var provider = new ScriptedProvider("a", Status(429, (header, value)), Status(200));
        await using var reply = await SendAsync(Group(provider), stopAtOnce: value != "1e300");
        if (value == "1e300")
        {
            // No number that HTTP knows: as if nothing had been said.
            Assert.Equal((200, 2), (reply.Status, provider.Calls));
            return;
        }

        Assert.Equal((429, 1), (reply.Status, provider.Calls));
        Assert.Equal($"{header}={value}", string.Join(',', reply.Headers.Select(h => $"{h.Key}={h.Value}")));
    }

    [Theory]
    [InlineData(UpstreamFailure.TimedOut)]
    [InlineData(UpstreamFailure.Broken)]
    [InlineData(UpstreamFailure.Malformed)]
    public async Task Send_UnansweredCall_IsRepeatedOnlyWhereAllowedAndEachTryIsTold(UpstreamFailure failure)
    {
        var provider = new ScriptedProvider("a", Fails(failure), Status(200));
        await using (var reply = await SendAsync(Group(provider)))
            Assert.Equal((failure, 1), (reply.Failure, provider.Calls));
        Assert.Equal(("a", "gpt-4o", failure), Facts(Assert.Single(_lost)));

        _lost.Clear();
        provider = new ScriptedProvider("a", Fails(failure), Fails(failure), Status(200));
        await using (var reply = await SendAsync(Group(new ResilienceOptions { RetryUnanswered = true }, (provider, 1))))
            Assert.Equal((200, 3), (reply.Status, provider.Calls));
        Assert.Equal(2, _lost.Count);

        static (string Provider, string Model, UpstreamFailure Failure) Facts(UpstreamAttempt a) => (a.Provider, a.Model, a.Failure);
    }

    [Theory]
    [InlineData("""{"error":{"message":"m","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""", 1)]
    [InlineData("""{"error":{"message":"m","type":"requests","param":null,"code":"rate_limit_exceeded"}}""", 2)]
    [InlineData("""{"error":"insufficient_quota"}""", 2)]
    [InlineData("insufficient_quota", 2)]
    public async Task Send_NoMoneyLeft_IsNotRepeatedAndSaysSo(string body, int calls)
    {
        var provider = new ScriptedProvider("a", Says(429, body, ("x-should-retry", "true")), Status(200));
        await using (var reply = await SendAsync(Group(provider)))
        {
            Assert.Equal((calls == 1 ? 429 : 200, calls), (reply.Status, provider.Calls));
            if (calls == 1)
            {
                Assert.Equal(["x-should-retry=false"], reply.Headers.Select(h => $"{h.Key}={h.Value}"));
                Assert.Equal(body, await TextAsync(reply));
            }
        }

        Assert.Equal(0, provider.Held);
    }

    [Fact]
    public async Task Send_NoMoneyLeftAtOne_AnotherAnswersAndGoesOnForAMinute()
    {
        var (a, b) = (new ScriptedProvider("a", Says(429, """{"error":{"code":"insufficient_quota"}}""")), new ScriptedProvider("b", Status(200)));
        var group = Group(new ResilienceOptions(), (a, 1000), (b, 1));
        for (var i = 0; i < 3; i++)
        {
            await using var reply = await SendAsync(group, stopAtOnce: true);
            Assert.Equal((200, "b"), (reply.Status, reply.Provider));
            _time.Advance(TimeSpan.FromSeconds(25));
        }

        Assert.Equal((1, 3), (a.Calls, b.Calls));
    }

    [Fact]
    public async Task Send_AccessRefused_AnotherGoesOnAndTheFirstDoesNotRest()
    {
        var (a, b) = (new ScriptedProvider("a", () => UpstreamFailures.AccessRefused("a")), new ScriptedProvider("b", Status(200)));
        await using (var refused = await SendAsync(Group(a), stopAtOnce: true))
            Assert.Equal((502, UpstreamFailure.AccessRefused, 1), (refused.Status, refused.Failure, a.Calls));
        var group = Group(new ResilienceOptions(), (a, 1), (b, 1));
        for (var i = 0; i < 4; i++)
        {
            await using var reply = await SendAsync(group);
            Assert.Equal(200, reply.Status);
        }

        Assert.Equal((3, 4), (a.Calls, b.Calls));
    }

    [Fact]
    public async Task Send_KeyRefused_IsNotRepeatedAndAnotherGoesOn()
    {
        var alone = new ScriptedProvider("a", () => UpstreamFailures.KeyRefused("a"));
        await using (var refused = await SendAsync(Group(alone), stopAtOnce: true))
            Assert.Equal((502, UpstreamFailure.KeyRefused, 1), (refused.Status, refused.Failure, alone.Calls));

        var (a, b) = (new ScriptedProvider("a", () => UpstreamFailures.KeyRefused("a")), new ScriptedProvider("b", Status(200)));
        var group = Group(new ResilienceOptions(), (a, 1000), (b, 1));
        for (var i = 0; i < 3; i++)
        {
            await using var reply = await SendAsync(group, stopAtOnce: true);
            Assert.Equal((200, "b"), (reply.Status, reply.Provider));
        }

        Assert.Equal((1, 3), (a.Calls, b.Calls));
    }

    [Fact]
    public async Task Send_CallerLeavesWhileItWaits_NothingIsSentAnyMore()
    {
        var provider = new ScriptedProvider("a", Status(429, ("retry-after", "5")), Status(200));
        using var caller = new CancellationTokenSource();
        var progress = new UpstreamProgress { IsUnderWay = true };
        var sending = Group(provider).SendAsync(Request() with { Progress = progress }, caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(sending.AsTask);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((1, 0), (provider.Calls, provider.Held));
        Assert.False(progress.IsUnderWay);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Send_CallerLeavesDuringATry_TheTryIsUnderWay(int refused)
    {
        var silence = new TaskCompletionSource<UpstreamReply>();
        var calls = 0;
        var provider = new SlowProvider(() => calls++ < refused ? Task.FromResult(Status(429, ("retry-after-ms", "20"))()) : silence.Task);
        var progress = new UpstreamProgress();
        using var caller = new CancellationTokenSource();
        var sending = Group(provider).SendAsync(Request() with { Progress = progress }, caller.Token).AsTask();
        while (calls <= refused)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(progress.IsUnderWay);
        silence.SetCanceled(caller.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.True(progress.IsUnderWay);
    }

    [Fact]
    public async Task Send_Weights_ShareTheCallsExactlyAndStandbyGetsNone()
    {
        var (a, b, standby) = (new ScriptedProvider("a", Status(200)), new ScriptedProvider("b", Status(200)), new ScriptedProvider("s", Status(200)));
        var group = Group(new ResilienceOptions(), (a, 3), (b, 1), (standby, 0));
        for (var i = 0; i < 40; i++)
        {
            await using var reply = await SendAsync(group);
            Assert.True(reply.Provider is "a" or "b");
        }

        Assert.Equal((30, 10, 0), (a.Calls, b.Calls, standby.Calls));
    }

    [Fact]
    public async Task Send_OneFails_AnotherAnswersAtOnce()
    {
        var (a, b) = (new ScriptedProvider("a", Status(500, ("x-should-retry", "false"))), new ScriptedProvider("b", Status(200)));
        await using var reply = await SendAsync(Group(new ResilienceOptions { MaxRetries = 0 }, (a, 2), (b, 1)), stopAtOnce: true);
        Assert.Equal((200, "b", 1, 1), (reply.Status, reply.Provider, a.Calls, b.Calls));
        Assert.Equal(0, a.Held);
    }

    [Fact]
    public async Task Send_ThrottledDeployment_RestsForAsLongAsItAsked()
    {
        var (a, b) = (new ScriptedProvider("a", Status(429, ("retry-after", "30")), Status(200)), new ScriptedProvider("b", Status(200)));
        var group = Group(new ResilienceOptions(), (a, 1000), (b, 1));
        for (var i = 0; i < 5; i++)
            await (await SendAsync(group, stopAtOnce: true)).DisposeAsync();
        Assert.Equal((1, 5), (a.Calls, b.Calls));
        _time.Advance(TimeSpan.FromSeconds(31));
        await using var after = await SendAsync(group, stopAtOnce: true);
        Assert.Equal("a", after.Provider);
    }

    [Fact]
    public async Task Send_AllRest_TheSoonestIsAskedNevertheless()
    {
        var (a, b) = (new ScriptedProvider("a", Status(429, ("retry-after", "60"))), new ScriptedProvider("b", Status(429, ("retry-after", "30"))));
        var group = Group(new ResilienceOptions(), (a, 2), (b, 1));
        await using (var first = await SendAsync(group, stopAtOnce: true))
            Assert.Equal((429, "b", 1, 1), (first.Status, first.Provider, a.Calls, b.Calls));
        await using (var second = await SendAsync(group, stopAtOnce: true))
            Assert.Equal(("b", 1, 2), (second.Provider, a.Calls, b.Calls));
    }

    [Fact]
    public async Task Send_BoundCall_GoesHomeAndNowhereElse()
    {
        var (home, other) = (new ScriptedProvider("a", Status(503)), new ScriptedProvider("b", Status(200)));
        var group = Group(new ResilienceOptions(), (home, 2), (other, 1));
        for (var i = 0; i < 3; i++)
            await (await SendAsync(group, Request() with { IsBound = true })).DisposeAsync();
        Assert.Equal((9, 0), (home.Calls, other.Calls));
    }

    [Fact]
    public async Task Send_FailsTooOften_IsLeftAloneAndTriedAgain()
    {
        var well = false;
        var provider = new ScriptedProvider("a") { Answer = _ => (well ? Status(200) : Status(500))() };
        var group = Group(new ResilienceOptions { MaxRetries = 0 }, (provider, 1));
        for (var i = 0; i < 10; i++)
            await (await SendAsync(group)).DisposeAsync();
        Assert.Equal(10, provider.Calls);

        await using (var open = await SendAsync(group))
        {
            Assert.Equal((UpstreamFailure.Unavailable, 503, 10), (open.Failure, open.Status, provider.Calls));
            Assert.Equal("15", open.Headers.Single(h => h.Key == "retry-after").Value);
        }

        well = true;
        _time.Advance(TimeSpan.FromSeconds(16));
        for (var i = 0; i < 3; i++)
        {
            await using var again = await SendAsync(group);
            Assert.Equal(200, again.Status);
        }

        Assert.Equal(13, provider.Calls);
    }

    [Fact]
    public async Task Send_RateLimits_OpenNoCircuit()
    {
        var provider = new ScriptedProvider("a", Status(429));
        var group = Group(new ResilienceOptions { MaxRetries = 0 }, (provider, 1));
        for (var i = 0; i < 50; i++)
            await (await SendAsync(group)).DisposeAsync();
        Assert.Equal(50, provider.Calls);
    }

    [Fact]
    public async Task Send_CircuitOpen_AnotherDeploymentTakesAll()
    {
        var (a, b) = (new ScriptedProvider("a", Fails(UpstreamFailure.Unreachable)), new ScriptedProvider("b", Status(200)));
        var group = Group(new ResilienceOptions(), (a, 1), (b, 1));
        for (var i = 0; i < 60; i++)
        {
            await using var reply = await SendAsync(group);
            Assert.Equal((200, "b"), (reply.Status, reply.Provider));
        }

        Assert.Equal((10, 60), (a.Calls, b.Calls));
    }

    [Fact]
    public async Task Send_ProbeUnderWay_HoldsNobodyUpWhereThereIsNoOther()
    {
        var slow = new TaskCompletionSource<UpstreamReply>();
        var stage = 0;
        var provider = new SlowProvider(() => stage switch { 0 => Task.FromResult(Status(500)()), 1 => slow.Task, _ => Task.FromResult(Status(200)()) });
        var group = Group(new ResilienceOptions { MaxRetries = 0 }, provider);
        for (var i = 0; i < 10; i++)
            await (await SendAsync(group)).DisposeAsync();
        _time.Advance(TimeSpan.FromSeconds(16));
        stage = 1;
        var probe = group.SendAsync(Request(), TestContext.Current.CancellationToken);
        stage = 2;
        await using (var beside = await SendAsync(group))
            Assert.Equal(200, beside.Status);
        slow.SetResult(Status(200)());
        await using var probed = await probe;
        Assert.Equal(200, probed.Status);
    }

    [Fact]
    public async Task Send_Telemetry_CountsByConfiguredNamesAndShowsTheCircuit()
    {
        var seen = new Dictionary<string, long>();
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters))
                    own.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.Start();
        var telemetry = new UpstreamTelemetry(meters);
        var options = new ResilienceOptions { MaxRetries = 1, BreakerMinimumCalls = 4 };
        var provider = new ScriptedProvider("a", Status(429, ("retry-after-ms", "10")), Status(500));
        var deployment = new Deployment(new UpstreamTarget(provider, null, "openai"), "gpt-4o", 1, options, telemetry, _time, NullLogger<Deployment>.Instance);
        telemetry.Watch(deployment);
        var group = new DeploymentGroup([deployment], options, telemetry, _time, NullLogger<DeploymentGroup>.Instance);
        for (var i = 0; i < 3; i++)
            await (await SendAsync(group)).DisposeAsync();
        listener.RecordObservableInstruments();

        Assert.Equal(1, seen["orleansllm.upstream.attempts a Throttled"]);
        Assert.Equal(1, seen["orleansllm.upstream.retries a Throttled"]);
        Assert.Equal(1, seen["orleansllm.upstream.cooldowns a Throttled"]);
        Assert.Equal(3, seen["orleansllm.upstream.attempts a Faulty"]);
        Assert.Equal(2, seen["orleansllm.upstream.circuit a gpt-4o"]);

        void Add(string name, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
                name += $" {tag.Value}";
            seen[name] = seen.GetValueOrDefault(name) + value;
        }
    }

    [Fact]
    public void Next_AnyWeightsAndAnyRest_NeverOneThatWasTried() =>
        Gen.Int[0, 5].Array[1, 6].SelectMany(w => Gen.Bool.Array[w.Length].Select(t => (Weights: w, Tried: t))).Sample(c =>
        {
            var deployments = c.Weights.Select((w, i) => Create(new ScriptedProvider("p" + i, Status(200)), w, new ResilienceOptions())).ToList();
            var tried = deployments.Where((_, i) => c.Tried[i]).ToList();
            var choice = new DeploymentChoice(deployments);
            var next = choice.Next(tried);
            Assert.Equal(tried.Count == deployments.Count, next is null);
            if (next is not null)
            {
                Assert.DoesNotContain(next, tried);
                Assert.True(next.Weight > 0 || deployments.Except(tried).All(static d => d.Weight == 0));
            }
        });

    private static async Task<string> TextAsync(UpstreamReply reply)
    {
        using var reader = new StreamReader(reply.Body);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private DeploymentGroup Group(IUpstream provider) => Group(new ResilienceOptions(), provider);

    private DeploymentGroup Group(ResilienceOptions options, IUpstream provider) => Group(options, (provider, 1));

    private DeploymentGroup Group(ResilienceOptions options, params (IUpstream Provider, int Weight)[] providers) =>
        new([.. providers.Select(p => Create(p.Provider, p.Weight, options))], options, Telemetry(), _time, NullLogger<DeploymentGroup>.Instance);

    private Deployment Create(IUpstream provider, int weight, ResilienceOptions options) =>
        new(new UpstreamTarget(provider, null, "openai"), "gpt-4o", weight, options, Telemetry(), _time, NullLogger<Deployment>.Instance);

    private static UpstreamTelemetry Telemetry() => new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    private UpstreamRequest Request() => new("gpt-4o", "{}"u8.ToArray(), false, "req_1") { Lost = _lost };

    // Lets pauses pass, unless there may be none.
    private async Task<UpstreamReply> SendAsync(DeploymentGroup group, UpstreamRequest? request = null, bool stopAtOnce = false)
    {
        var sending = group.SendAsync(request ?? Request(), TestContext.Current.CancellationToken).AsTask();
        if (stopAtOnce)
            return await sending.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        // What waits for no clock gets the time to end first.
        while (await Task.WhenAny(sending, Task.Delay(50, TestContext.Current.CancellationToken)) != sending)
            _time.Advance(TimeSpan.FromSeconds(1));

        return await sending;
    }

    private sealed class SlowProvider(Func<Task<UpstreamReply>> answer) : IUpstream
    {
        public string Name => "slow";

        public async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken) => await answer();
    }
}
