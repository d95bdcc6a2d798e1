using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime.MembershipService.SiloMetadata;
using OrleansLlm.Cluster.Tests.Placement;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Inference;
using OrleansLlm.Grains.Placement;
using OrleansLlm.Grains.Telemetry;
using OrleansLlm.Inference;

namespace OrleansLlm.Cluster.Tests.Caching;

/// <summary>Grains that are late or lost hold nobody up, neither who asks nor who would wait for him. Stubs stand for them, and the clock is the test's.</summary>
public sealed class SemanticFlightsTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly TaskCompletionSource<ShardCandidate[]> _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _riskAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<(string Fingerprint, StoredAnswer? Answer)> _completed = [];
    private readonly Query _query = TestQuery.Of("How do I reset my online banking password?");

    [Fact]
    public async Task EnterAsync_ThresholdIsNotToldInTime_GoesAlone()
    {
        await using var models = MixedCluster.EngineOf(MixedCluster.Models);
        _entered.SetResult([new ShardCandidate { Fingerprint = "other", Question = "How can I reset my online banking password?", Cosine = 0.98f, AgeSeconds = 0 }]);

        var entering = Flights(models).EnterAsync(_query, [1], replaces: false, TestContext.Current.CancellationToken).AsTask();
        await _riskAsked.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Same(SemanticFlight.Alone, await InTimeAsync(entering));
    }

    [Fact]
    public async Task EnterAsync_GrainIsLate_LandsAllTheSame()
    {
        await using var none = MixedCluster.EngineWithoutFiles();
        var flights = Flights(none);
        var flight = await InTimeAsync(flights.EnterAsync(_query, [1], replaces: false, TestContext.Current.CancellationToken).AsTask());
        // Only now does the grain come to it: others find the question from here on.
        _entered.SetResult([]);
        var answer = new StoredAnswer { Body = [1], Model = "m", Usage = default, CreatedAt = default };
        await flights.LandAsync(flight, _query, answer);

        Assert.Equal((_query.Request.Fingerprint, answer), Assert.Single(_completed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EnterAsync_CallerLeavesMeanwhile_NobodyWaitsForIt(bool leads)
    {
        await using var none = MixedCluster.EngineWithoutFiles();
        using var caller = new CancellationTokenSource();
        var entering = Flights(none).EnterAsync(_query, [1], replaces: false, caller.Token).AsTask();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => entering);
        Assert.Empty(_completed);

        _entered.SetResult(leads ? [] : [new ShardCandidate { Fingerprint = "other", Question = "?", Cosine = 0.98f, AgeSeconds = 0 }]);
        for (var attempt = 0; leads && _completed.IsEmpty && attempt < 200; attempt++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(leads ? [(_query.Request.Fingerprint, null)] : [], _completed);
    }

    [Fact]
    public async Task EnterAsync_GrainIsLostAsTheCallerLeaves_IsNoFailureOfTheRun()
    {
        await using var none = MixedCluster.EngineWithoutFiles();
        using var caller = new CancellationTokenSource();
        _entered.SetResult([new ShardCandidate { Fingerprint = "other", Question = _query.Question, Cosine = 1, AgeSeconds = 0 }]);

        var flight = await Flights(none, Lost).EnterAsync(_query, [1], replaces: false, caller.Token);
        Assert.Same(SemanticFlight.Alone, flight);

        Task<StoredAnswer?> Lost()
        {
            caller.Cancel();
            return Task.FromException<StoredAnswer?>(new SiloUnavailableException());
        }
    }

    // The time passes until it has come: whether the timer is set yet, nobody can see.
    private async Task<SemanticFlight> InTimeAsync(Task<SemanticFlight> entering)
    {
        for (var attempt = 0; !entering.IsCompleted && attempt < 200; attempt++)
        {
            _time.Advance(s_patience);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.True(entering.IsCompleted, "it waits for nobody");
        return await entering;
    }

    private SemanticFlights Flights(InferenceEngine engine, Func<Task<StoredAnswer?>>? waited = null)
    {
        var pending = Stub.Of<IPendingQuestionsGrain>((method, arguments) => method switch
        {
            nameof(IPendingQuestionsGrain.EnterAsync) => new ValueTask<ShardCandidate[]>(_entered.Task),
            nameof(IPendingQuestionsGrain.WaitAsync) => waited!(),
            _ => Complete((string)arguments[0]!, (StoredAnswer?)arguments[1]),
        });
        var risk = Stub.Of<IRiskGrain>((_, _) =>
        {
            _riskAsked.TrySetResult();
            return new ValueTask<RiskStatus>(new TaskCompletionSource<RiskStatus>().Task);
        });
        var grains = Stub.Of<IGrainFactory>((_, arguments) => arguments[0] is "t" ? risk : pending);
        var accelerators = new AcceleratorDirectory(
            engine, Stub.Of<ISiloMetadataCache>(static (_, _) => SiloMetadata.Empty), Stub.Of<ISiloStatusOracle>(static (_, _) => new Dictionary<SiloAddress, SiloStatus>()),
            Stub.Of<ILocalSiloDetails>(static (_, _) => SiloAddress.Zero), _time);
        var meters = new Meters();
        var telemetry = new GatewayTelemetry(meters, new GenAiTelemetry(meters, Options.Create(new TelemetryOptions())));
        var (cacheOptions, gatewayOptions) = (Options.Create(new CacheOptions { PendingTimeout = s_patience }), Options.Create(new QueryGatewayOptions { CacheTimeout = s_patience }));
        var invalidations = new InvalidationView(grains, gatewayOptions, _time, NullLogger<InvalidationView>.Instance);
        var cache = new SemanticCache(
            null!, null!, new CandidateVerifier(engine, grains, accelerators), engine, AcceptancePolicySource.Load(null, MixedCluster.Models), invalidations,
            new RiskThresholds(grains, _time, NullLogger<RiskThresholds>.Instance), cacheOptions, gatewayOptions, telemetry, _time, NullLogger<SemanticCache>.Instance);
        return new SemanticFlights(grains, cache, invalidations, cacheOptions, gatewayOptions, _time, NullLogger<SemanticFlights>.Instance);

        object Complete(string fingerprint, StoredAnswer? answer)
        {
            _completed.Enqueue((fingerprint, answer));
            return default(ValueTask);
        }
    }
}
