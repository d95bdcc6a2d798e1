using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLlm.Client.Tests.Allocation;

/// <summary>A provider and a caller on blocking sockets, which allocate nothing: what is allocated meanwhile is the gateway's.</summary>
internal sealed class SocketPeer : IDisposable
{
    private const string Event = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n";

    private static readonly byte[] s_plain = Encoding.ASCII.GetBytes(Plain());
    private static readonly byte[] s_head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"u8.ToArray();
    private static readonly byte[] s_event = Encoding.ASCII.GetBytes($"{Event.Length:x}\r\n{Event}\r\n");
    private static readonly byte[] s_end = Encoding.ASCII.GetBytes(End());

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly byte[] _received = new byte[1024 * 1024];

    public SocketPeer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(64);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public string Endpoint => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/v1";

    /// <summary>Events of a streamed answer, each sent by itself.</summary>
    public int Tokens { get; set; }

    /// <summary>Whether each is sent once the caller has had the one before, so that every one is read by itself.</summary>
    public bool IsInStep { get; set; }

    /// <summary>A connection to the gateway.</summary>
    public static Socket Connect(Uri gateway)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, gateway.Port);
        return socket;
    }

    public static byte[] Request(bool stream)
    {
        var body = $$"""{"model":"gpt-4o","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"system","content":"You answer questions about the handbook."},{"role":"user","content":"Which documents prove the address of a new customer?"}]}""";
        return Encoding.ASCII.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>Sends a request and reads its answer to the end.</summary>
    public void Exchange(Socket socket, byte[] request)
    {
        while (_arrived.Wait(0))
        {
        }

        socket.Send(request);
        var length = 0;
        while (true)
        {
            // Of a long stream only its end matters.
            if (length > _received.Length / 2)
            {
                _received.AsSpan(length - 64, 64).CopyTo(_received);
                length = 64;
            }

            var read = socket.Receive(_received.AsSpan(length));
            Assert.True(read > 0);
            length += read;
            if (IsInStep)
                _arrived.Release();
            var answer = _received.AsSpan(0, length);
            if (answer.EndsWith("\r\n0\r\n\r\n"u8) || (answer.IndexOf("Transfer-Encoding"u8) < 0 && answer[^1] == (byte)'}' && answer.IndexOf("\r\n\r\n"u8) > 0))
                return;
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _arrived.Dispose();
    }

    private static string Plain()
    {
        const string Body = """{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"A utility bill or a bank statement."},"finish_reason":"stop"}],"usage":{"prompt_tokens":30,"completion_tokens":9,"total_tokens":39}}""";
        return $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Body.Length}\r\n\r\n{Body}";
    }

    private static string End()
    {
        const string Last = """
            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":30,"completion_tokens":9,"total_tokens":39}}

            data: [DONE]


            """;
        return $"{Last.Length:x}\r\n{Last}\r\n0\r\n\r\n";
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var connection = _listener.Accept();
                new Thread(() => Serve(connection)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
    }

    private void Serve(Socket connection)
    {
        using (connection)
        {
            connection.NoDelay = true;
            var request = new byte[16 * 1024];
            var length = 0;
            try
            {
                while (connection.Receive(request.AsSpan(length)) is var read and > 0)
                {
                    length += read;
                    if (request[length - 1] != (byte)'}')
                        continue;
                    var streamed = request.AsSpan(0, length).IndexOf("\"stream\":true"u8) >= 0;
                    length = 0;
                    if (!streamed)
                    {
                        connection.Send(s_plain);
                        continue;
                    }

                    connection.Send(s_head);
                    for (var i = 0; i < Tokens; i++)
                    {
                        if (IsInStep)
                            _arrived.Wait();
                        connection.Send(s_event);
                    }

                    connection.Send(s_end);
                }
            }
            catch (SocketException)
            {
                // The gateway has gone.
            }
        }
    }
}
