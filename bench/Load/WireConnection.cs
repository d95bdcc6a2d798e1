using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLlm.Bench.Load;

/// <summary>Takes a piece of an answer's body as it arrives.</summary>
internal delegate void BodySink(ReadOnlySpan<byte> piece);

/// <summary>
/// One kept-alive HTTP/1.1 connection with blocking calls, for a thread of its own: it takes a tenth of what an HTTP client takes from the machine
/// that it shares with what it measures, and wakes without a thread pool's delay.
/// </summary>
internal sealed class WireConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public WireConnection(Uri address) => _socket.Connect(IPAddress.Parse(address.Host), address.Port);

    /// <summary>Sends and waits for the whole answer.</summary>
    /// <exception cref="InvalidDataException">The connection ended or it was no answer.</exception>
    public WireAnswer Send(WireRequest request, BodySink? sink = null)
    {
        _socket.Send(request.Bytes);
        while (_buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8) < 0)
            Receive();
        var head = _buffer.AsSpan(_start, _end - _start);
        head = head[..(head.IndexOf("\r\n\r\n"u8) + 4)];
        var status = Number(head[9..]);
        var cache = Header(head, "x-orleansllm-cache: "u8) is { IsEmpty: false } c ? Encoding.ASCII.GetString(c) : null;
        var length = Header(head, "content-length: "u8);
        var chunked = length.IsEmpty && !Header(head, "transfer-encoding: "u8).IsEmpty;
        var size = length.IsEmpty ? 0 : Number(length);
        _start += head.Length;
        long first = 0;
        var refused = status is >= 200 and < 300 ? null : new StringBuilder();
        if (refused is not null)
            sink = piece => refused.Append(Encoding.UTF8.GetString(piece));
        if (!chunked)
        {
            Take(size, sink, ref first);
        }
        else
        {
            while (ChunkSize() is var chunk and > 0)
            {
                Take(chunk, sink, ref first);
                Skip(2);
            }

            Skip(2);
        }

        return new WireAnswer(status, cache, refused?.ToString(), first, Stopwatch.GetTimestamp());
    }

    public void Dispose() => _socket.Dispose();

    // The name in lower case; the value up to the line's end.
    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        while (head.IndexOf("\r\n"u8) is var end and > 0)
        {
            var line = head[..end];
            if (line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name))
                return line[name.Length..];
            head = head[(end + 2)..];
        }

        return default;
    }

    private static int Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out int number, out _) ? number : throw new InvalidDataException("not a number");

    private int ChunkSize()
    {
        int end;
        while ((end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
            Receive();
        if (!Utf8Parser.TryParse(_buffer.AsSpan(_start, end), out int size, out _, 'x'))
            throw new InvalidDataException("not a chunk");
        _start += end + 2;
        return size;
    }

    private void Take(int size, BodySink? sink, ref long first)
    {
        while (size > 0)
        {
            if (_start == _end)
                Receive();
            if (first == 0)
                first = Stopwatch.GetTimestamp();
            var piece = Math.Min(size, _end - _start);
            sink?.Invoke(_buffer.AsSpan(_start, piece));
            _start += piece;
            size -= piece;
        }
    }

    private void Skip(int size)
    {
        while (_end - _start < size)
            Receive();
        _start += size;
    }

    private void Receive()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
        else if (_end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        var read = _socket.Receive(_buffer.AsSpan(_end));
        if (read == 0)
            throw new InvalidDataException("the connection ended");
        _end += read;
    }
}
