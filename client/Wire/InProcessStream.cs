using System.Buffers;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Client.Wire;

/// <summary>Passes a stream on from the gateway in the same process; a token costs neither a grain call nor an object here.</summary>
internal static class InProcessStream
{
    // Beyond it the response is flushed first: a slow caller holds up the provider, not our memory.
    private const int MostUnflushed = 64 * 1024;

    /// <summary>Returns when no more comes from <paramref name="reader"/> or <paramref name="ending"/> has failed; that is then for the caller to see.</summary>
    /// <param name="reader">The stream.</param>
    /// <param name="ending">The gateway's next step, which comes when the stream has ended.</param>
    /// <param name="response">Its head is written.</param>
    /// <param name="keepAlive">Silence after which a comment is written; zero for never.</param>
    /// <param name="time">Measures the silence.</param>
    /// <param name="cancellationToken">Cancelled when the caller has gone.</param>
    public static async Task CopyAsync(
        IStreamReader reader, Task ending, HttpResponse response, TimeSpan keepAlive, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var silence = keepAlive == TimeSpan.Zero ? null : time.CreateTimer(static r => ((IStreamReader)r!).Wake(), reader, keepAlive, keepAlive);
        using var gone = cancellationToken.UnsafeRegister(static r => ((IStreamReader)r!).Wake(), reader);
        _ = ending.ContinueWith(
            static (_, r) => ((IStreamReader)r!).Wake(), reader, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var writer = response.BodyWriter;
        var writtenAt = time.GetTimestamp();
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Asked first: what came before it ended is read below.
            var ended = ending.IsCompleted;
            var written = 0;
            while (written < MostUnflushed && reader.Read(writer) is var read and > 0)
                written += read;

            if (written == 0 && keepAlive != TimeSpan.Zero && !ended && time.GetElapsedTime(writtenAt) >= keepAlive)
            {
                // Between two pieces, which are whole events: a comment breaks none.
                writer.Write(AnswerHeaders.KeepAlive.Span);
                written = AnswerHeaders.KeepAlive.Length;
            }

            if (written > 0)
            {
                await writer.FlushAsync(cancellationToken);
                writtenAt = time.GetTimestamp();
                silence?.Change(keepAlive, keepAlive);
            }
            else if (ended)
            {
                return;
            }
        }
        while (await reader.WaitAsync());
    }
}
