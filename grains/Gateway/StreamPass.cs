using System.Buffers;
using OrleansLlm.Core.Replies;
using OrleansLlm.Grains.Telemetry;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Passes a provider's stream into a run's buffer as it comes, event by event, and follows what it says.</summary>
internal static class StreamPass
{
    private const int ReadSize = 16 * 1024;

    /// <summary>All of it is in the run's buffer when this returns, but for what is held back.</summary>
    /// <returns>Whether nobody waits any more; else what broke it, in words fit for the caller, or null for a whole stream.</returns>
    public static async Task<(bool Abandoned, string? Broken)> RunAsync(
        CallUnderWay call, UpstreamReply reply, IStreamAggregator aggregator, QueryGatewayOptions limits, GenAiTelemetry telemetry, TimeProvider time)
    {
        var run = call.Run;
        var parser = new SseParser();
        var frames = new List<SseFrame>();
        var stripUsage = !run.Query.Chat.IncludeUsage;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        using var idle = new IdleDeadline(limits.IdleStreamTimeout, run.Abandoned);
        try
        {
            while (true)
            {
                var read = await idle.ReadAsync(reply.Body, buffer);
                frames.Clear();
                if (read == 0)
                    parser.Complete(frames);
                else
                    parser.Feed(buffer.AsSpan(0, read), frames);
                foreach (var frame in frames)
                {
                    if (call.GenAi.Chunk(frame.Data))
                        telemetry.FirstToken(run.Query.Chat.Model, time.GetElapsedTime(run.Query.ArrivedAt).TotalSeconds);
                    var isUsageOnly = aggregator.Add(frame.Data);
                    if (isUsageOnly && stripUsage)
                        continue;
                    if (aggregator.IsDone)
                        run.Body.Hold(frame.Raw);
                    else
                        run.Body.Append(frame.Raw);
                }

                if (aggregator.IsDone)
                    return (false, null);
                if (read == 0)
                    return (false, "The provider's stream ended before its end marker.");
                if (parser.Overflowed || run.Body.Length > limits.MaxReplyBytes)
                    return (false, "The provider's answer is larger than the gateway allows.");
                await run.Body.WaitForRoomAsync(run.Abandoned);
            }
        }
        catch (IOException)
        {
            return (false, "The provider's stream broke off.");
        }
        catch (OperationCanceledException) when (run.Abandoned.IsCancellationRequested)
        {
            return (true, null);
        }
        catch (TimeoutException)
        {
            return (false, "The provider's stream fell silent.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
