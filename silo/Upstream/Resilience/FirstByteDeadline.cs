using System.Runtime.CompilerServices;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream.Resilience;

/// <summary>Bounds the wait for a response head, and takes a 200 that can be no answer for the failure it is.</summary>
internal sealed class FirstByteDeadline(IUpstream inner, TimeSpan limit, ILogger<FirstByteDeadline> logger) : IUpstream, IDisposable
{
    public string Name => inner.Name;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<UpstreamReply> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new IdleDeadline(limit, cancellationToken);
        deadline.Restart();
        try
        {
            var reply = await inner.SendAsync(request, deadline.Token);
            if (reply.Status != StatusCodes.Status200OK || IsAnswer(reply.ContentType))
                return reply;
            await reply.DisposeAsync();
            UpstreamLog.Malformed(logger, Name, request.RequestId);
            return UpstreamFailures.Reply(Name, UpstreamFailure.Malformed);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e is OperationCanceledException || UpstreamFailures.Classify(e) != UpstreamFailure.None))
        {
            // Where the connection broke while the deadline cut the call the deadline came first.
            UpstreamLog.FirstByteTimedOut(logger, Name, request.RequestId, limit);
            return UpstreamFailures.Reply(Name, UpstreamFailure.TimedOut);
        }
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();

    // A page of a proxy or a sign-in form has a type of its own; a server that names none is believed.
    private static bool IsAnswer(string? contentType) =>
        contentType is null
        || contentType.Contains("json", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);
}
