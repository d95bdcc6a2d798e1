using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using OrleansLlm.Client.Hosting.Tls;

namespace OrleansLlm.Silo.Hosting;

/// <summary>What a handshake with another silo came to. Where nobody is there or the connection breaks it says nothing, neither way.</summary>
/// <param name="IsTaken">Whether both took each other's certificate.</param>
/// <param name="Refusal">Why the two can never talk to each other, after "The silo at …"; null where nothing proves it.</param>
internal readonly record struct PeerHandshake(bool IsTaken, string? Refusal)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    // By TLS 1.3 a caller's certificate is refused after the handshake; after so long in silence it was taken.
    private static readonly TimeSpan s_silence = TimeSpan.FromMilliseconds(500);

    /// <param name="peer">The silo port of the other.</param>
    /// <param name="tls">How this silo talks to others; null without TLS.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public static async Task<PeerHandshake> WithAsync(IPEndPoint peer, ClusterTls? tls, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        using var client = new TcpClient(peer.AddressFamily);
        var isShown = false;
        string? refusal = null;
        try
        {
            await client.ConnectAsync(peer, patience.Token);
            await using var stream = new SslStream(client.GetStream());
            try
            {
                await stream.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = peer.Address.ToString(),
                        ClientCertificateContext = tls?.Sent,
                        RemoteCertificateValidationCallback = (_, certificate, sent, _) =>
                        {
                            isShown = true;
                            refusal = tls?.Refusal(certificate as X509Certificate2, sent);
                            return tls is not null && refusal is null;
                        },
                    },
                    patience.Token);
                return await IsTakenAsync(stream, patience.Token)
                    ? new(IsTaken: true, null)
                    : new(IsTaken: false, "does not take this one's certificate: OrleansLlm:Cluster:TlsCertificateFile must come from the authority that the others' OrleansLlm:Cluster:TlsCaFile names, for server and client authentication.");
            }
            catch (AuthenticationException) when (isShown)
            {
                return new(IsTaken: false, tls is null
                    ? "speaks TLS: set OrleansLlm:Cluster:TlsCertificateFile, TlsKeyFile and TlsCaFile here too, or another OrleansLlm:Cluster:ClusterId."
                    : $"shows a certificate that OrleansLlm:Cluster:TlsCaFile does not vouch for: {refusal}.");
            }
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return default;
        }
    }

    private static async Task<bool> IsTakenAsync(SslStream stream, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(s_silence);
        try
        {
            // A silo waits for what its caller says first.
            await stream.ReadExactlyAsync(new byte[1], silence.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }
        catch (IOException e) when (e.InnerException is not SocketException)
        {
            // It hung up, with an alert or without.
            return false;
        }
    }
}
