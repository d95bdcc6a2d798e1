using System.Net;
using System.Net.Sockets;

namespace OrleansLlm.Silo.Hosting;

/// <summary>
/// Ports of this machine that nobody listens on, each given once in a process. They lie below the range that the system hands to
/// outgoing connections (32768 and up): one of those could otherwise take a port between its choice and its use.
/// </summary>
internal static class LoopbackPort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int s_last = Random.Shared.Next(Count);

    public static int Free()
    {
        while (true)
        {
            var port = First + ((int)((uint)Interlocked.Increment(ref s_last) % Count));
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }
    }
}
