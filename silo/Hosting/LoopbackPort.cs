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

    // A silo, its gateway and a store. Programs that start at the same time have process ids close to each other.
    private const int PerProcess = 8;

    private static int s_last = Before(Environment.ProcessId);

    /// <summary>What the first port of a process follows: none of fifteen hundred next to each other begins where another one does.</summary>
    internal static int Before(int processId) => (int)((long)processId * PerProcess % Count);

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
