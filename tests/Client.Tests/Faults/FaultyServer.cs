using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace OrleansLlm.Client.Tests.Faults;

/// <summary>
/// A provider on a bare socket, which can do to a connection what no web server does. The model's name says what goes wrong
/// (<c>FAULT.SHAPE</c>). Counts calls and the connections that the other side still holds.
/// </summary>
internal sealed class FaultyServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private readonly ConcurrentDictionary<string, int> _open = new();
    private readonly Task _accepting;

    public FaultyServer()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public int CallsFor(string model) => _calls.GetValueOrDefault(model);

    public int OpenFor(string model) => _open.GetValueOrDefault(model);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            await using var stream = client.GetStream();
            var (path, body) = await ReadRequestAsync(stream);
            var model = body.GetProperty("model").GetString()!;
            _open.AddOrUpdate(model, 1, static (_, n) => n + 1);
            try
            {
                var call = _calls.AddOrUpdate(model, 1, static (_, n) => n + 1);
                if (!await FaultyReply.WriteAsync(stream, model.Split('.')[0], path, body, call))
                {
                    client.Client.LingerState = new LingerOption(true, 0);
                    return;
                }

                client.Client.Shutdown(SocketShutdown.Send);
                // Until the other side lets go: a reply that nobody disposed holds on for ever.
                while (await stream.ReadAsync(new byte[1024], _stop.Token) > 0)
                {
                }
            }
            finally
            {
                _open.AddOrUpdate(model, 0, static (_, n) => n - 1);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or EndOfStreamException)
        {
        }
    }

    private async Task<(string Path, JsonElement Body)> ReadRequestAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                throw new EndOfStreamException();
            // A TLS hello: answered in the clear.
            if (one[0] == 0x16)
            {
                await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), _stop.Token);
                throw new EndOfStreamException();
            }

            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n");
        var length = int.Parse(lines.Single(l => l.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return (lines[0].Split(' ')[1], JsonDocument.Parse(body).RootElement.Clone());
    }
}
