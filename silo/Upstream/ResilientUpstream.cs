using OrleansLlm.Grains.Upstream;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace OrleansLlm.Silo.Upstream;

/// <summary>
/// Bounds the wait for a response head, and repeats a call that was never sent. Nothing else is repeated: a call that reached the provider
/// may be billed, and its retries belong to the caller's SDK, which sees the provider's own status and <c>retry-after</c>.
/// </summary>
internal sealed class ResilientUpstream : IUpstream, IDisposable
{
    public const int MaxRetries = 2;

    private readonly IUpstream _inner;
    private readonly TimeSpan _firstByteTimeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline<UpstreamReply> _pipeline;

    public ResilientUpstream(IUpstream inner, TimeSpan firstByteTimeout, TimeProvider time, ILogger<ResilientUpstream> logger)
    {
        _inner = inner;
        _firstByteTimeout = firstByteTimeout;
        _time = time;
        _logger = logger;
        _pipeline = new ResiliencePipelineBuilder<UpstreamReply> { TimeProvider = time, Name = "upstream", InstanceName = inner.Name }
            .AddRetry(new RetryStrategyOptions<UpstreamReply>
            {
                MaxRetryAttempts = MaxRetries,
                Delay = TimeSpan.FromMilliseconds(200),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Result is { Failure: UpstreamFailure.Unreachable }),
                OnRetry = args =>
                {
                    UpstreamLog.Retrying(_logger, Name, args.AttemptNumber + 2, args.RetryDelay);
                    return default;
                },
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = firstByteTimeout })
            .Build();
    }

    public string Name => _inner.Name;

    public async Task<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var reply = await TrySendAsync(request, cancellationToken);
        if (reply.FailedBilled)
            request.OnLost?.Invoke(new UpstreamAttempt(request.Model, Name, reply.Failure, reply.Status, _time.GetElapsedTime(started)));
        return reply;
    }

    public void Dispose() => (_inner as IDisposable)?.Dispose();

    private async Task<UpstreamReply> TrySendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (state, token) => await state._inner.SendAsync(state.request, token), (_inner, request), cancellationToken);
        }
        catch (TimeoutRejectedException)
        {
            UpstreamLog.FirstByteTimedOut(_logger, Name, request.RequestId, _firstByteTimeout);
            return UpstreamFailures.Reply(Name, UpstreamFailure.TimedOut);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && UpstreamFailures.Classify(e) != UpstreamFailure.None)
        {
            // The connection broke while the deadline cut the call: the deadline came first.
            UpstreamLog.FirstByteTimedOut(_logger, Name, request.RequestId, _firstByteTimeout);
            return UpstreamFailures.Reply(Name, UpstreamFailure.TimedOut);
        }
    }
}
