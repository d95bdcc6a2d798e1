using System.Buffers;

namespace OrleansLlm.Core.Replies;

/// <summary>
/// Cuts a server-sent event stream into events, however the network split it: lines end with LF, CRLF or CR, an event with an
/// empty line (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream). Events are read where they lie; only one
/// that came in part is copied. Not thread-safe.
/// </summary>
/// <param name="largestFrame">Bytes after which an unfinished event is given up; guards memory against a broken upstream.</param>
public sealed class SseParser(int largestFrame)
{
    private const int LongestEndMarker = 14;
    private const int FirstSize = 4 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static readonly SseFrame s_endMarker = new("data: [DONE]\n\n"u8.ToArray(), "[DONE]"u8.ToArray());

    private readonly ArrayBufferWriter<byte> _joined = new();
    private byte[] _rest = [];
    private ReadOnlyMemory<byte> _bytes;
    private int _start;
    private int _lineStart;
    private int _scanned;
    private int _dataStart;
    private int _dataLength;
    private int _dataLines;
    private bool _begun;
    private bool _atEnd;

    /// <summary>True once an event outgrew the limit; nothing more is parsed.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Takes the next bytes, which must stay as they are until <see cref="TryRead"/> has said that there are no more events.</summary>
    public void Feed(ReadOnlyMemory<byte> bytes)
    {
        if (Overflowed)
            return;
        if (_bytes.IsEmpty)
        {
            _bytes = bytes;
            return;
        }

        var length = _bytes.Length;
        if (_rest.Length - length < bytes.Length)
            Array.Resize(ref _rest, Math.Max(Math.Max((int)Math.Min(2L * _rest.Length, largestFrame), FirstSize), length + bytes.Length));
        bytes.CopyTo(_rest.AsMemory(length));
        _bytes = _rest.AsMemory(0, length + bytes.Length);
    }

    /// <summary>
    /// Says that no more bytes come. An event without its closing blank line is dropped, as the specification asks; but an end marker that lacks
    /// it still ends the stream, as it does for the clients.
    /// </summary>
    public void Complete() => _atEnd = true;

    /// <summary>Takes the next whole event; false where more bytes are needed for one.</summary>
    public bool TryRead(out SseFrame frame)
    {
        var bytes = _bytes.Span;
        while (!Overflowed)
        {
            var found = bytes[_scanned..].IndexOfAny((byte)'\n', (byte)'\r');
            if (found < 0)
            {
                _scanned = bytes.Length;
                break;
            }

            var end = _scanned + found;
            var next = end + 1;
            if (bytes[end] == (byte)'\r')
            {
                // A CR at the very end may be half of a CRLF.
                if (next == bytes.Length && !_atEnd)
                {
                    _scanned = end;
                    break;
                }

                if (next < bytes.Length && bytes[next] == (byte)'\n')
                    next++;
            }

            if (!_begun)
            {
                // No part of the stream, and no beginning of one once a comment of ours stands before it.
                _begun = true;
                if (bytes[_start..end].StartsWith(ByteOrderMark))
                    _start = _lineStart = _start + ByteOrderMark.Length;
            }

            var line = bytes[_lineStart..end];
            var (start, isEvent) = (_start, false);
            if (line.IsEmpty)
            {
                // Blank lines between events belong to the event before them; leading ones are dropped.
                isEvent = _lineStart > _start;
                _start = next;
            }
            else
            {
                TakeLine(line);
            }

            (_lineStart, _scanned) = (next, next);
            if (isEvent)
            {
                frame = new SseFrame(_bytes[start..next], TakeData());
                return true;
            }
        }

        if (_atEnd && IsEndMarker(bytes[_start..]))
        {
            _start = _lineStart = _scanned = bytes.Length;
            frame = s_endMarker;
            return true;
        }

        KeepRest();
        frame = default;
        return false;
    }

    private static bool IsEndMarker(ReadOnlySpan<byte> rest) =>
        rest.TrimEnd("\r\n"u8).EndsWith("[DONE]"u8) && rest.StartsWith("data:"u8) && rest.Length <= LongestEndMarker;

    private void KeepRest()
    {
        var rest = _bytes[_start..];
        if (rest.Length > largestFrame)
        {
            Overflowed = true;
            (_bytes, _start) = (default, 0);
            return;
        }

        if (_rest.Length < rest.Length)
        {
            var larger = new byte[Math.Max(FirstSize, rest.Length)];
            rest.CopyTo(larger);
            _rest = larger;
        }
        else
        {
            rest.CopyTo(_rest);
        }

        _bytes = _rest.AsMemory(0, rest.Length);
        _lineStart -= _start;
        _scanned -= _start;
        _dataStart -= _start;
        _start = 0;
    }

    // The data of an event that has one line of it, as nearly all have, is a part of the event's bytes.
    private ReadOnlyMemory<byte> TakeData()
    {
        var lines = _dataLines;
        _dataLines = 0;
        return lines switch
        {
            0 => default,
            1 => _bytes.Slice(_dataStart, _dataLength),
            _ => _joined.WrittenMemory,
        };
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("data"u8) || (line.Length > 4 && line[4] != (byte)':'))
            return;
        var value = line.Length > 5 ? line[5..] : default;
        if (!value.IsEmpty && value[0] == (byte)' ')
            value = value[1..];
        if (++_dataLines == 1)
        {
            (_dataStart, _dataLength) = (_lineStart + line.Length - value.Length, value.Length);
            return;
        }

        if (_dataLines == 2)
        {
            _joined.ResetWrittenCount();
            _joined.Write(_bytes.Span.Slice(_dataStart, _dataLength));
        }

        _joined.Write("\n"u8);
        _joined.Write(value);
    }
}
