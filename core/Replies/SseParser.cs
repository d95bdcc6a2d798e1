using System.Buffers;

namespace OrleansLlm.Core.Replies;

/// <summary>
/// Cuts a server-sent event stream into events, however the network split it: lines end with LF, CRLF or CR, an event with an
/// empty line (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream). Not thread-safe.
/// </summary>
/// <param name="largestFrame">Bytes after which an unfinished event is given up; guards memory against a broken upstream.</param>
public sealed class SseParser(int largestFrame = 4 * 1024 * 1024)
{
    private const int LongestEndMarker = 14;
    private const int FirstSize = 4 * 1024;

    private readonly ArrayBufferWriter<byte> _joined = new();
    private byte[] _pending = new byte[FirstSize];
    private int _length;
    private int _lineStart;
    private int _scanned;
    private int _dataStart;
    private int _dataLength;
    private int _dataLines;

    /// <summary>True once an event outgrew the limit; nothing more is parsed.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Takes the next bytes and appends the events they complete to <paramref name="frames"/>.</summary>
    public void Feed(ReadOnlySpan<byte> bytes, List<SseFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (Overflowed)
            return;
        if (_pending.Length - _length < bytes.Length)
            Array.Resize(ref _pending, Math.Max(2 * _pending.Length, _length + bytes.Length));
        bytes.CopyTo(_pending.AsSpan(_length));
        _length += bytes.Length;
        Scan(frames, atEnd: false);
        if (_length > largestFrame)
            Overflowed = true;
    }

    /// <summary>
    /// Says that no more bytes come. An event without its closing blank line is dropped, as the specification asks; but an end marker that lacks
    /// it still ends the stream, as it does for the clients.
    /// </summary>
    public void Complete(List<SseFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (Overflowed)
            return;
        Scan(frames, atEnd: true);
        var rest = _pending.AsSpan(0, _length);
        if (((ReadOnlySpan<byte>)rest).TrimEnd("\r\n"u8).EndsWith("[DONE]"u8) && rest.StartsWith("data:"u8) && rest.Length <= LongestEndMarker)
            frames.Add(new SseFrame("data: [DONE]\n\n"u8.ToArray(), "[DONE]"u8.ToArray()));
    }

    private void Scan(List<SseFrame> frames, bool atEnd)
    {
        ReadOnlySpan<byte> buffer = _pending.AsSpan(0, _length);
        var consumed = 0;
        while (true)
        {
            var found = buffer[_scanned..].IndexOfAny((byte)'\n', (byte)'\r');
            if (found < 0)
            {
                _scanned = buffer.Length;
                break;
            }

            var end = _scanned + found;
            var next = end + 1;
            if (buffer[end] == (byte)'\r')
            {
                // A CR at the very end may be half of a CRLF.
                if (next == buffer.Length && !atEnd)
                {
                    _scanned = end;
                    break;
                }

                if (next < buffer.Length && buffer[next] == (byte)'\n')
                    next++;
            }

            var line = buffer[_lineStart..end];
            if (line.IsEmpty)
            {
                // Blank lines between events belong to the event before them; leading ones are dropped.
                if (_lineStart > consumed || _dataLines > 0)
                    frames.Add(Frame(buffer[consumed..next], consumed));
                consumed = next;
                _dataLines = 0;
            }
            else
            {
                TakeLine(line, _lineStart);
            }

            _lineStart = next;
            _scanned = next;
        }

        if (consumed > 0)
        {
            buffer[consumed..].CopyTo(_pending);
            _length -= consumed;
            _lineStart -= consumed;
            _scanned -= consumed;
            _dataStart -= consumed;
        }
    }

    // The data of an event that has one line of it, as nearly all have, is a part of the event's bytes.
    private SseFrame Frame(ReadOnlySpan<byte> raw, int start)
    {
        var bytes = raw.ToArray();
        return new SseFrame(bytes, _dataLines switch
        {
            0 => default,
            1 => bytes.AsMemory(_dataStart - start, _dataLength),
            _ => _joined.WrittenSpan.ToArray(),
        });
    }

    private void TakeLine(ReadOnlySpan<byte> line, int start)
    {
        if (!line.StartsWith("data"u8) || (line.Length > 4 && line[4] != (byte)':'))
            return;
        var value = line.Length > 5 ? line[5..] : default;
        if (!value.IsEmpty && value[0] == (byte)' ')
            value = value[1..];
        if (++_dataLines == 1)
        {
            (_dataStart, _dataLength) = (start + line.Length - value.Length, value.Length);
            return;
        }

        if (_dataLines == 2)
        {
            _joined.ResetWrittenCount();
            _joined.Write(_pending.AsSpan(_dataStart, _dataLength));
        }

        _joined.Write("\n"u8);
        _joined.Write(value);
    }
}
