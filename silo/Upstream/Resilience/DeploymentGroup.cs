using System.Runtime.CompilerServices;
using OrleansLlm.Grains.Upstream;
using Polly;
using Polly.Retry;

namespace OrleansLlm.Silo.Upstream.Resilience;

/// <summary>
/// All deployments of one model: shares calls out by weight, passes over those that rest, and repeats what failed before the first byte, at
/// another deployment where one is ready.
/// </summary>
internal sealed class DeploymentGroup : IUpstream
{
    private static readonly ResiliencePropertyKey<Call> CallKey = new("call");

    private readonly IReadOnlyList<Deployment> _deployments;
    private readonly DeploymentChoice _choice;
    private readonly ResilienceOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<UpstreamReply> _pipeline;

    /// <param name="deployments">The home first.</param>
    /// <param name="options">What is repeated.</param>
    /// <param name="telemetry">Counts repetitions.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Names repetitions.</param>
    public DeploymentGroup(
        IReadOnlyList<Deployment> deployments, ResilienceOptions options, UpstreamTelemetry telemetry, TimeProvider time, ILogger<DeploymentGroup> logger)
    {
        _deployments = deployments;
        _choice = new DeploymentChoice(deployments);
        _options = options;
        _time = time;
        var builder = new ResiliencePipelineBuilder<UpstreamReply> { TimeProvider = time, Name = "deployments", InstanceName = Name };
        var most = Math.Max(options.MaxRetries, deployments.Count - 1);
        if (most > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<UpstreamReply>
            {
                MaxRetryAttempts = most,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryAfter,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is { } reply && IsRepeated(CallOf(args.Context), reply)),
                DelayGenerator = args => ValueTask.FromResult(CallOf(args.Context).Pause),
                OnRetry = args =>
                {
                    var call = CallOf(args.Context);
                    UpstreamLog.Retrying(logger, call.Last!.Name, call.Request.RequestId, call.Outcome, args.AttemptNumber + 2, args.RetryDelay);
                    telemetry.Retried(call.Last.Name, call.Outcome);
                    return default;
                },
            });
        }

        _pipeline = builder.Build();
    }

    public string Name => _deployments[0].Name;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var call = new Call(request);
        var reply = await TryAsync(call, cancellationToken);
        // Nearly all are answered, and what nobody repeats needs no pipeline around it.
        if (AttemptOutcomes.Of(reply) != AttemptOutcome.Answered)
            reply = await RepeatAsync(call, reply, cancellationToken);
        // Their client would begin anew what was repeated here to the end.
        return call.GivenUp
            ? reply.From(call.Last!.Name, [.. reply.Headers.Where(static h => h.Key != RetryHint.ShouldRetry), new(RetryHint.ShouldRetry, "false")])
            : _deployments.Count > 1 ? reply.From(call.Last!.Name, reply.Headers) : reply;
    }

    // The first try was made: it is the pipeline's first.
    private async Task<UpstreamReply> RepeatAsync(Call call, UpstreamReply first, CancellationToken cancellationToken)
    {
        call.First = first;
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(CallKey, call);
        try
        {
            return await _pipeline.ExecuteAsync(
                static (context, state) => state.call.TakeFirst() is { } first ? new(first) : state.Group.TryAsync(state.call, context.CancellationToken),
                context,
                (Group: this, call));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static Call CallOf(ResilienceContext context) => context.Properties.GetValue(CallKey, null!);

    private ValueTask<UpstreamReply> TryAsync(Call call, CancellationToken cancellationToken)
    {
        var isAlone = call.Request.IsBound || _deployments.Count == 1;
        call.Last = call.Next ?? (isAlone ? _deployments[0] : _choice.Next([]) ?? Soonest());
        call.Next = null;
        call.Tried.Add(call.Last);
        return call.Last.SendAsync(call.Request, isLast: isAlone || !IsAnotherReady(call.Last), cancellationToken);
    }

    private bool IsAnotherReady(Deployment but) => _deployments.Any(d => d != but && d.Rest == TimeSpan.Zero);

    // Decides about the next try, and by which deployment and when.
    private bool IsRepeated(Call call, UpstreamReply reply)
    {
        var hint = RetryHint.Of(reply, _time.GetUtcNow());
        call.Outcome = AttemptOutcomes.Of(reply);
        if (!IsRepeatable(call.Outcome, reply, hint))
            return false;
        if (!call.Request.IsBound && _choice.Next(call.Tried) is { } other)
        {
            (call.Next, call.Pause) = (other, TimeSpan.Zero);
            return true;
        }

        // An open circuit has its own time, and the provider said how long or never.
        if (call.Outcome == AttemptOutcome.Unavailable || hint.Should == false)
            return false;
        if (call.Tried.Count > _options.MaxRetries)
        {
            call.GivenUp = call.Tried.Count > 1;
            return false;
        }

        // Nobody else is ready: the one that will be first, where that is soon.
        call.Next = call.Request.IsBound ? _deployments[0] : Soonest();
        var rest = _deployments.Count == 1 || call.Request.IsBound || call.Next == call.Last ? hint.After ?? TimeSpan.Zero : call.Next.Rest;
        if (rest > _options.MaxRetryAfter)
            return false;
        // Null: the growing pause. A pause that the provider asked for is kept to, and a little more, so that not all come back at once.
        call.Pause = rest > TimeSpan.Zero ? rest + (Random.Shared.NextDouble() * 0.1 * (rest + _options.RetryDelay)) : null;
        return true;
    }

    private bool IsRepeatable(AttemptOutcome outcome, UpstreamReply reply, RetryHint hint) => outcome switch
    {
        AttemptOutcome.Throttled or AttemptOutcome.Faulty or AttemptOutcome.Unreachable or AttemptOutcome.Unavailable or AttemptOutcome.KeyRefused or AttemptOutcome.AccessRefused => true,
        AttemptOutcome.TimedOut or AttemptOutcome.Broken or AttemptOutcome.Malformed => _options.RetryUnanswered,
        AttemptOutcome.Refused => hint.Should == true,
        _ => false,
    };

    private Deployment Soonest() => _deployments.MinBy(static d => d.Rest)!;

    private sealed class Call(UpstreamRequest request)
    {
        public UpstreamRequest Request { get; } = request;

        public List<Deployment> Tried { get; } = [];

        public Deployment? Last { get; set; }

        public Deployment? Next { get; set; }

        public TimeSpan? Pause { get; set; }

        public AttemptOutcome Outcome { get; set; }

        public bool GivenUp { get; set; }

        /// <summary>The reply of a try made before the pipeline; null once it was taken.</summary>
        public UpstreamReply? First { get; set; }

        public UpstreamReply? TakeFirst()
        {
            var first = First;
            First = null;
            return first;
        }
    }
}
