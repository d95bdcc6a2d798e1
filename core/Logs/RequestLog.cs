using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace OrleansLlm.Core.Logs;

/// <summary>
/// Reads a log of chat requests, one JSON object a line. A line is either an OpenAI body with optional <c>timestamp</c>,
/// <c>response</c> and <c>usage</c> beside its own fields, or the same three around a body under <c>request</c>.
/// </summary>
public static class RequestLog
{
    /// <summary>Longest line accepted by default: 16 MiB, the size of a body with a few pictures in it.</summary>
    public const int DefaultMaxLineBytes = 16 * 1024 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// The lines of <paramref name="log"/> in order, read as they are asked for; blank ones are skipped, but counted.
    /// A line that is not a request comes back as a problem, and reading goes on behind it.
    /// </summary>
    /// <param name="log">UTF-8, LF or CRLF; left open.</param>
    /// <param name="maxLineBytes">A longer line is a problem and is never held in memory whole.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<RequestLogLine> ReadAsync(
        Stream log, int maxLineBytes = DefaultMaxLineBytes, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLineBytes);
        var reader = PipeReader.Create(log, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var number = 1;
        var skipping = false;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var buffer = read.Buffer;
                while (TryTakeLine(ref buffer, read.IsCompleted, out var line))
                {
                    if (skipping)
                        skipping = false;
                    else if (line.Length > maxLineBytes)
                        yield return TooLong(number, maxLineBytes);
                    else if (Parse(line, number) is { } parsed)
                        yield return parsed;
                    number++;
                }

                if (!read.IsCompleted && buffer.Length > maxLineBytes)
                {
                    if (!skipping)
                        yield return TooLong(number, maxLineBytes);
                    skipping = true;
                    buffer = buffer.Slice(buffer.End);
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                    yield break;
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> buffer, bool last, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }

        line = buffer;
        if (!last || buffer.IsEmpty)
            return false;
        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private static RequestLogLine? Parse(ReadOnlySequence<byte> line, int number)
    {
        // The record outlives the pipe's buffer, so the copy is needed anyway.
        ReadOnlyMemory<byte> bytes = line.ToArray();
        if (number == 1 && bytes.Span.StartsWith(ByteOrderMark))
            bytes = bytes[ByteOrderMark.Length..];
        bytes = bytes.Trim(" \t\r"u8);
        return bytes.IsEmpty ? null : RequestLogLineParser.Parse(bytes, number);
    }

    private static RequestLogLine TooLong(int number, int maxLineBytes) =>
        RequestLogLine.Malformed(number, $"the line is longer than {maxLineBytes} bytes");
}
