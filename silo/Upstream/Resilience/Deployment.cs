using System.Globalization;
using System.Runtime.CompilerServices;
using OrleansLlm.Grains.Upstream;
using Polly;
using Polly.CircuitBreaker;

namespace OrleansLlm.Silo.Upstream.Resilience;

/// <summary>One provider of one model, with what is known of its health.</summary>
internal sealed class Deployment
{
    private readonly TimeProvider _time;
    private readonly ResilienceOptions _options;
    private readonly UpstreamTelemetry _telemetry;
    private readonly CircuitBreakerStateProvider _circuit = new();
    private readonly ResiliencePipeline<UpstreamReply> _breaker;
    private long _openUntil;
    private long _coolUntil;

    public Deployment(UpstreamTarget target, string model, int weight, ResilienceOptions options, UpstreamTelemetry telemetry, TimeProvider time, ILogger<Deployment> logger)
    {
        Target = target;
        Model = model;
        Weight = weight;
        _time = time;
        _options = options;
        _telemetry = telemetry;
        _breaker = new ResiliencePipelineBuilder<UpstreamReply> { TimeProvider = time, Name = "circuit", InstanceName = Name }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<UpstreamReply>
            {
                FailureRatio = options.BreakerFailureRatio,
                MinimumThroughput = options.BreakerMinimumCalls,
                SamplingDuration = options.BreakerWindow,
                BreakDuration = options.BreakDuration,
                StateProvider = _circuit,
                ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Result is { } reply && AttemptOutcomes.Of(reply).CountsAgainstTheCircuit()),
                OnOpened = args =>
                {
                    Volatile.Write(ref _openUntil, (time.GetUtcNow() + args.BreakDuration).UtcTicks);
                    UpstreamLog.CircuitOpened(logger, Name, model, args.BreakDuration);
                    return default;
                },
                OnClosed = _ =>
                {
                    Volatile.Write(ref _openUntil, 0);
                    UpstreamLog.CircuitClosed(logger, Name, model);
                    return default;
                },
            })
            .Build();
    }

    public UpstreamTarget Target { get; }

    public string Model { get; }

    /// <summary>Share of the model's calls, against the other deployments'; 0: only where no other is ready.</summary>
    public int Weight { get; }

    public string Name => Target.Upstream.Name;

    /// <summary>0 closed, 1 half open (one call tries), 2 open.</summary>
    public int CircuitState => _circuit.CircuitState switch
    {
        Polly.CircuitBreaker.CircuitState.Closed => 0,
        Polly.CircuitBreaker.CircuitState.HalfOpen => 1,
        _ => 2,
    };

    /// <summary>How long it should be left alone; zero where it is ready.</summary>
    public TimeSpan Rest
    {
        get
        {
            var ticks = Math.Max(Volatile.Read(ref _openUntil), Volatile.Read(ref _coolUntil)) - _time.GetUtcNow().UtcTicks;
            return ticks > 0 ? TimeSpan.FromTicks(ticks) : TimeSpan.Zero;
        }
    }

    /// <summary>One try.</summary>
    /// <param name="request">The call.</param>
    /// <param name="isLast">No other deployment is ready: where one call tries whether it is well again, the others need not wait for that.</param>
    /// <param name="cancellationToken">Cancelled when the caller has gone.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, bool isLast, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = _time.GetTimestamp();
        request.Progress?.IsUnderWay = true;
        var reply = await TryAsync(request, isLast, cancellationToken);
        // What failed costs nothing, or is lost and costs on its own.
        if (AttemptOutcomes.Of(reply) != AttemptOutcome.Answered)
            request.Progress?.IsUnderWay = false;
        if (QuotaRefusal.MayBe(reply))
            reply = await QuotaRefusal.MarkAsync(reply, Name, cancellationToken);
        var outcome = AttemptOutcomes.Of(reply);
        _telemetry.Tried(Name, outcome);
        if (reply.FailedBilled)
            request.Lost?.Add(new UpstreamAttempt(request.Model, Name, reply.Failure, reply.Status, _time.GetElapsedTime(started)));
        CoolDown(reply, outcome);
        return reply;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<UpstreamReply> TryAsync(UpstreamRequest request, bool isLast, CancellationToken cancellationToken)
    {
        // A closed circuit holds up nothing: it is told how the call ended.
        if (_circuit.CircuitState == Polly.CircuitBreaker.CircuitState.Closed)
        {
            var reply = await Target.Upstream.SendAsync(request, cancellationToken);
            await TellAsync(reply);
            return reply;
        }

        if (isLast && _circuit.CircuitState == Polly.CircuitBreaker.CircuitState.HalfOpen)
            return await Target.Upstream.SendAsync(request, cancellationToken);
        try
        {
            return await _breaker.ExecuteAsync(
                static (state, token) => state.Upstream.SendAsync(state.request, token), (Target.Upstream, request), cancellationToken);
        }
        catch (BrokenCircuitException)
        {
            var seconds = Math.Max(1, Math.Ceiling(Rest.TotalSeconds));
            return UpstreamFailures.Reply(
                Name, UpstreamFailure.Unavailable, [new(RetryHint.RetryAfter, seconds.ToString(CultureInfo.InvariantCulture))]);
        }
    }

    // Where others' calls have opened it meanwhile it takes no word of this one, which changes nothing.
    private async ValueTask TellAsync(UpstreamReply reply)
    {
        var context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        try
        {
            await _breaker.ExecuteOutcomeAsync(static (_, reply) => new ValueTask<Outcome<UpstreamReply>>(Outcome.FromResult(reply)), context, reply);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private void CoolDown(UpstreamReply reply, AttemptOutcome outcome)
    {
        if (outcome is not (AttemptOutcome.Throttled or AttemptOutcome.Faulty or AttemptOutcome.KeyRefused))
            return;
        var now = _time.GetUtcNow();
        // A fault without a word of how long is the circuit's to judge.
        var hint = RetryHint.Of(reply, now);
        var rest = hint.After ?? outcome switch
        {
            AttemptOutcome.Faulty => TimeSpan.Zero,
            AttemptOutcome.Throttled when hint.Should != false => _options.Cooldown,
            _ => _options.MaxCooldown,
        };
        if (rest <= TimeSpan.Zero)
            return;
        Volatile.Write(ref _coolUntil, (now + (rest < _options.MaxCooldown ? rest : _options.MaxCooldown)).UtcTicks);
        _telemetry.CooledDown(Name, outcome);
    }
}
