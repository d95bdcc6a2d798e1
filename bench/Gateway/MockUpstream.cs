using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Gateway;

/// <summary>
/// An upstream that costs next to nothing: raw sockets, a thread for each connection whose calls block (a thread pool's workers spin for the next one
/// and take the processor from what is measured), one fixed completion, plain or as a stream. What a call through the gateway takes beyond a call to
/// it is the gateway's own.
/// </summary>
internal sealed class MockUpstream : IDisposable
{
    private const int MostEvent = 512;
    private const int StackBytes = 256 * 1024;
    private static readonly byte[] s_plain = Plain();
    private static readonly byte[] s_streamHead = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"u8.ToArray();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private int _calls;

    public MockUpstream()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        Start(Accept);
    }

    /// <summary>Base address as a provider's <c>Endpoint</c> wants it.</summary>
    public string Endpoint => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/v1";

    /// <summary>Requests answered so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>How long it takes over an answer; nothing by default.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How it streams; twenty tokens at once by default.</summary>
    public StreamPace Pace { get; set; } = new(20, TimeSpan.Zero);

    public void Dispose() => _listener.Dispose();

    private static byte[] Plain()
    {
        var body = $$$"""{"id":"chatcmpl-mock","object":"chat.completion","created":1700000000,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"The retention period is five years from the end of the relationship, and the archive keeps one copy."},"logprobs":null,"finish_reason":"stop"}],"usage":{{{MockEvents.Usage}}}}""";
        return Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\n\r\n{body}");
    }

    private static void Start(Action action) => new Thread(() => action(), StackBytes) { IsBackground = true }.Start();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var connection = _listener.Accept();
                Start(() => Serve(connection));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Serve(Socket connection)
    {
        using (connection)
        {
            connection.NoDelay = true;
            var buffer = new byte[64 * 1024];
            var filled = 0;
            try
            {
                while (true)
                {
                    var read = connection.Receive(buffer.AsSpan(filled));
                    if (read == 0)
                        return;
                    filled += read;
                    while (TakeRequest(buffer.AsSpan(0, filled), out var length, out var streamed))
                    {
                        buffer.AsSpan(length, filled - length).CopyTo(buffer);
                        filled -= length;
                        Interlocked.Increment(ref _calls);
                        if (Delay > TimeSpan.Zero)
                            Thread.Sleep(Delay);
                        if (streamed)
                            Stream(connection, Pace);
                        else
                            connection.Send(s_plain);
                    }
                }
            }
            catch (SocketException)
            {
                // The caller has gone.
            }
        }
    }

    private static void Stream(Socket connection, StreamPace pace)
    {
        if (pace.Apart == TimeSpan.Zero)
        {
            var whole = new byte[s_streamHead.Length + (pace.Tokens * MostEvent) + MockEvents.Tail.Length + MostEvent];
            var at = Put(whole, 0, s_streamHead);
            for (var i = 0; i < pace.Tokens; i++)
                at += Chunk(whole.AsSpan(at), i);
            connection.Send(whole.AsSpan(0, at + End(whole.AsSpan(at))));
            return;
        }

        connection.Send(s_streamHead);
        var buffer = new byte[2 * MostEvent + MockEvents.Tail.Length];
        var (begin, apart) = (Stopwatch.GetTimestamp(), (long)(pace.Apart.TotalSeconds * Stopwatch.Frequency));
        for (var i = 0; i < pace.Tokens; i++)
        {
            PreciseWait.Until(begin + ((i + 1) * apart));
            connection.Send(buffer.AsSpan(0, Chunk(buffer, i)));
        }

        connection.Send(buffer.AsSpan(0, End(buffer)));
    }

    // One event in one chunk of the transfer.
    private static int Chunk(Span<byte> into, int number)
    {
        Span<byte> written = stackalloc byte[MostEvent];
        return Framed(into, written[..MockEvents.Write(written, number)]);
    }

    private static int End(Span<byte> into)
    {
        var at = Framed(into, MockEvents.Tail);
        return Put(into, at, "0\r\n\r\n"u8);
    }

    private static int Framed(Span<byte> into, ReadOnlySpan<byte> bytes)
    {
        Utf8Formatter.TryFormat(bytes.Length, into, out var at, 'x');
        return Put(into, Put(into, Put(into, at, "\r\n"u8), bytes), "\r\n"u8);
    }

    private static int Put(Span<byte> into, int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(into[at..]);
        return at + bytes.Length;
    }

    private static bool TakeRequest(ReadOnlySpan<byte> received, out int length, out bool streamed)
    {
        (length, streamed) = (0, false);
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var head = received[..end];
        var body = ContentLength(head);
        length = end + 4 + body;
        if (received.Length < length)
            return false;
        streamed = received.Slice(end + 4, body).IndexOf("\"stream\":true"u8) >= 0;
        return true;
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        while (head.IndexOf("\r\n"u8) is var end and >= 0)
        {
            head = head[(end + 2)..];
            if (head.Length > 16 && Ascii.EqualsIgnoreCase(head[..15], "content-length:"u8) && Utf8Parser.TryParse(head[15..].TrimStart((byte)' '), out int length, out _))
                return length;
        }

        throw new InvalidDataException("the mock upstream reads requests with a content-length only");
    }
}
