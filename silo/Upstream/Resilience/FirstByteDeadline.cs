using OrleansLlm.Grains.Upstream;
using Polly;
using Polly.Timeout;

namespace OrleansLlm.Silo.Upstream.Resilience;

/// <summary>Bounds the wait for a response head, and takes a 200 that can be no answer for the failure it is.</summary>
internal sealed class FirstByteDeadline : IUpstream, IDisposable
{
    private readonly IUpstream _inner;
    private readonly TimeSpan _limit;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _pipeline;

    public FirstByteDeadline(IUpstream inner, TimeSpan limit, TimeProvider time, ILogger<FirstByteDeadline> logger)
    {
        _inner = inner;
        _limit = limit;
        _logger = logger;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time, Name = "first-byte", InstanceName = inner.Name }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = limit })
            .Build();
    }

    public string Name => _inner.Name;

    public async Task<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await _pipeline.ExecuteAsync(
                static (state, token) => new ValueTask<UpstreamReply>(state._inner.SendAsync(state.request, token)), (_inner, request), cancellationToken);
            if (reply.Status != StatusCodes.Status200OK || IsAnswer(reply.ContentType))
                return reply;
            await reply.DisposeAsync();
            UpstreamLog.Malformed(_logger, Name, request.RequestId);
            return UpstreamFailures.Reply(Name, UpstreamFailure.Malformed);
        }
        catch (TimeoutRejectedException)
        {
            return TimedOut(request);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && UpstreamFailures.Classify(e) != UpstreamFailure.None)
        {
            // The connection broke while the deadline cut the call: the deadline came first.
            return TimedOut(request);
        }
    }

    public void Dispose() => (_inner as IDisposable)?.Dispose();

    // A page of a proxy or a sign-in form has a type of its own; a server that names none is believed.
    private static bool IsAnswer(string? contentType) =>
        contentType is null
        || contentType.Contains("json", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);

    private UpstreamReply TimedOut(UpstreamRequest request)
    {
        UpstreamLog.FirstByteTimedOut(_logger, Name, request.RequestId, _limit);
        return UpstreamFailures.Reply(Name, UpstreamFailure.TimedOut);
    }
}
