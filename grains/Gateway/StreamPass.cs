using System.Diagnostics;
using System.Runtime.CompilerServices;
using OrleansLlm.Core.Replies;
using OrleansLlm.Grains.Telemetry;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Gateway;

/// <summary>Passes a provider's stream into a run's buffer as it comes, event by event, and follows what it says.</summary>
/// <param name="call">The call.</param>
/// <param name="reply">The provider's; disposed with this.</param>
/// <param name="aggregator">Follows the answer.</param>
/// <param name="limits">Of silence and size.</param>
/// <param name="telemetry">Learns when the first token came.</param>
/// <param name="time">The clock.</param>
internal sealed class StreamPass(
    CallUnderWay call, UpstreamReply reply, IStreamAggregator aggregator, QueryGatewayOptions limits, GenAiTelemetry telemetry, TimeProvider time) : PushedStream
{
    private const int ReadSize = 16 * 1024;

    // Nobody hears what a provider says after its end, but a connection that is read to its own end at once serves the next call.
    private static readonly TimeSpan s_drainLimit = TimeSpan.FromMilliseconds(100);

    // Less than a socket takes to be read again: what comes sooner came with what was before it.
    private static readonly long s_together = Stopwatch.Frequency / 50_000;

    private readonly QueryRun _run = call.Run;
    private readonly CancellationToken _abandoned = call.Run.Abandoned;
    private readonly bool _stripUsage = !call.Run.Query.Chat.IncludeUsage;
    private readonly SseParser _parser = new(limits.MaxReplyBytes);
    private readonly IdleDeadline _idle = new(limits.IdleStreamTimeout, call.Run.Abandoned);

    // Who waits for the end goes on where it is found: a thread hop less.
    private readonly TaskCompletionSource<(bool Abandoned, string? Broken)> _ended = new();
    private Task _copying = Task.CompletedTask;
    private long _tookAt;
    private bool _isOver;

    /// <summary>All of it is in the run's buffer when this returns, but for what is held back.</summary>
    /// <returns>Whether nobody waits any more; else what broke it, in words fit for the caller, or null for a whole stream.</returns>
    public Task<(bool Abandoned, string? Broken)> RunAsync()
    {
        _copying = CopyAsync();
        return _ended.Task;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isOver)
            return default;
        var came = Stopwatch.GetTimestamp();
        _parser.Feed(buffer);
        Pass();
        _run.Body.Publish(onThisThread: came - _tookAt > s_together);
        _tookAt = Stopwatch.GetTimestamp();
        if (aggregator.IsDone)
        {
            End(abandoned: false, null);
            return default;
        }

        if (_parser.Overflowed || _run.Body.Length > limits.MaxReplyBytes)
        {
            _idle.Cancel();
            End(abandoned: false, "The provider's answer is larger than the gateway allows.");
            return default;
        }

        var room = _run.Body.WaitForRoomAsync(_abandoned);
        if (!room.IsCompletedSuccessfully)
            return WaitAsync(room);
        _idle.Restart();
        return default;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_copying.IsCompleted)
            await DrainAsync();
        else
            // Not waited for: the answer is whole, and others may wait for what comes after it.
            _ = DrainAsync();
        await base.DisposeAsync();
    }

    private async Task CopyAsync()
    {
        try
        {
            _idle.Restart();
            await reply.Body.CopyToAsync(this, ReadSize, _idle.Token);
            if (_isOver)
                return;
            _parser.Complete();
            Pass();
            _run.Body.Publish(onThisThread: true);
            End(abandoned: false, aggregator.IsDone || HasEverything() ? null : "The provider's stream ended before its end marker.");
        }
        catch (IOException)
        {
            End(abandoned: false, "The provider's stream broke off.");
        }
        catch (OperationCanceledException) when (_abandoned.IsCancellationRequested)
        {
            End(abandoned: true, null);
        }
        catch (OperationCanceledException)
        {
            End(abandoned: false, "The provider's stream fell silent.");
        }
        catch (Exception e)
        {
            _isOver = true;
            _ended.TrySetException(e);
        }
    }

    // Several servers end their streams without the marker, which clients do not miss: of an answer whose every choice has ended nothing else is wanting.
    private bool HasEverything() => aggregator.EndedChoices == Math.Max(_run.Query.Chat.Choices, _run.Query.Chat.AnswersWritten);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAsync(ValueTask room)
    {
        _idle.Pause();
        await room;
        _idle.Restart();
    }

    private void Pass()
    {
        while (_parser.TryRead(out var frame))
        {
            if (call.GenAi.Chunk(frame.Data))
                telemetry.FirstToken(_run.Query.Chat.Model, time.GetElapsedTime(_run.Query.ArrivedAt).TotalSeconds);
            var isUsageOnly = aggregator.Add(frame.Data);
            if (isUsageOnly && _stripUsage)
                continue;
            if (aggregator.IsDone)
                _run.Body.Hold(frame.Raw.Span);
            else
                _run.Body.Append(frame.Raw.Span);
        }
    }

    private void End(bool abandoned, string? broken)
    {
        _isOver = true;
        _ended.TrySetResult((abandoned, broken));
    }

    private async Task DrainAsync()
    {
        if (!_copying.IsCompleted)
            _idle.Restart(s_drainLimit);
        await _copying;
        _idle.Dispose();
        await reply.DisposeAsync();
    }
}
