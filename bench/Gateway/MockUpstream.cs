using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLlm.Bench.Gateway;

/// <summary>
/// An upstream that costs next to nothing: raw sockets, one fixed completion, plain or as a stream of twenty chunks. What a call through
/// the gateway takes beyond a call to it is the gateway's own.
/// </summary>
internal sealed class MockUpstream : IDisposable
{
    private const string Usage = """{"prompt_tokens":60,"completion_tokens":20,"total_tokens":80}""";

    private static readonly byte[] s_plain = Plain();
    private static readonly byte[] s_stream = Stream();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private int _calls;

    public MockUpstream()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _ = AcceptAsync();
    }

    /// <summary>Base address as a provider's <c>Endpoint</c> wants it.</summary>
    public string Endpoint => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/v1";

    /// <summary>Requests answered so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>How long it takes over an answer; nothing by default.</summary>
    public TimeSpan Delay { get; set; }

    public void Dispose() => _listener.Dispose();

    private static byte[] Plain()
    {
        var body = $$$"""{"id":"chatcmpl-mock","object":"chat.completion","created":1700000000,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"The retention period is five years from the end of the relationship, and the archive keeps one copy."},"logprobs":null,"finish_reason":"stop"}],"usage":{{{Usage}}}}""";
        return Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\n\r\n{body}");
    }

    private static byte[] Stream()
    {
        var events = new StringBuilder();
        for (var i = 0; i < 20; i++)
            events.Append($$$"""data: {"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":" word{{{i}}}"},"finish_reason":null}]}""").Append("\n\n");
        events.Append("""data: {"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""").Append("\n\n");
        events.Append($$$"""data: {"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4o","choices":[],"usage":{{{Usage}}}}""").Append("\n\ndata: [DONE]\n\n");
        return Encoding.UTF8.GetBytes(
            $"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n{events.Length:x}\r\n{events}\r\n0\r\n\r\n");
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket connection)
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
                    var read = await connection.ReceiveAsync(buffer.AsMemory(filled));
                    if (read == 0)
                        return;
                    filled += read;
                    while (TakeRequest(buffer.AsSpan(0, filled), out var length, out var streamed))
                    {
                        buffer.AsSpan(length, filled - length).CopyTo(buffer);
                        filled -= length;
                        Interlocked.Increment(ref _calls);
                        if (Delay > TimeSpan.Zero)
                            await Task.Delay(Delay);
                        await connection.SendAsync(streamed ? s_stream : s_plain);
                    }
                }
            }
            catch (SocketException)
            {
                // The caller has gone.
            }
        }
    }

    private static bool TakeRequest(ReadOnlySpan<byte> received, out int length, out bool streamed)
    {
        (length, streamed) = (0, false);
        var head = received.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        var headers = Encoding.ASCII.GetString(received[..head]);
        var at = headers.IndexOf("content-length:", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            throw new InvalidDataException("the mock upstream reads requests with a content-length only");
        var line = headers.AsSpan(at + 15);
        var end = line.IndexOf('\r');
        var body = int.Parse((end < 0 ? line : line[..end]).Trim(), System.Globalization.CultureInfo.InvariantCulture);
        length = head + 4 + body;
        if (received.Length < length)
            return false;
        streamed = received.Slice(head + 4, body).IndexOf("\"stream\":true"u8) >= 0;
        return true;
    }
}
