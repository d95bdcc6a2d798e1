using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting.Tls;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>What is wrong with TLS to a Redis that cannot be reached: a handshake of our own tells more than the driver's failure.</summary>
/// <param name="Text">What was found.</param>
/// <param name="Fix">What to do about it.</param>
internal sealed record RedisTlsFault(string Text, string Fix)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Null where TLS is not what stands in the way.</summary>
    public static async Task<RedisTlsFault?> FindAsync(ConfigurationOptions redis, StoreOptions options, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var (host, port) = redis.EndPoints[0] switch
        {
            DnsEndPoint dns => (dns.Host, dns.Port),
            IPEndPoint ip => (ip.Address.ToString(), ip.Port),
            _ => (string.Empty, 0),
        };
        using var client = new TcpClient();
        string? refusal = null;
        try
        {
            await client.ConnectAsync(host, port, patience.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return null;
        }

        var trust = TlsFiles.ReadTrust(options.RedisCaFile, string.Empty, TimeProvider.System, []);
        var certificate = TlsFiles.ReadCertificate(options.RedisCertificateFile, options.RedisKeyFile, string.Empty, string.Empty, TimeProvider.System, []);
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = redis.SslHost ?? host,
                    ClientCertificateContext = certificate?.Current.Sent,
                    RemoteCertificateValidationCallback = (_, server, sent, errors) =>
                    {
                        refusal = !redis.Ssl ? null
                            : trust is not null ? trust.Current.ServerRefusal(server, sent, errors)
                            : errors == SslPolicyErrors.None ? null : errors.ToString();
                        return refusal is null;
                    },
                },
                patience.Token);
            if (!redis.Ssl)
                return new RedisTlsFault("speaks TLS, and is called without", "Set OrleansLlm:Store:RedisCaFile, or add ssl=true to OrleansLlm:Store:Redis.");
            // By TLS 1.3 a server that misses the client's certificate says so only after the handshake.
            await stream.WriteAsync(Encoding.ASCII.GetBytes("PING\r\n"), patience.Token);
            return await stream.ReadAsync(new byte[16], patience.Token) > 0 ? null : Missing();
        }
        catch (AuthenticationException) when (refusal is not null)
        {
            return new RedisTlsFault(
                $"shows a certificate that is not trusted: {refusal}",
                "Name its issuers in OrleansLlm:Store:RedisCaFile, and call it by a name that stands in its certificate.");
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return !redis.Ssl ? null : stream.IsAuthenticated ? Missing() : Plain();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A Redis without TLS waits for the end of what it takes for a command.
            return redis.Ssl ? Plain() : null;
        }
    }

    private static RedisTlsFault Plain() =>
        new("does not speak TLS", "Name its TLS port in OrleansLlm:Store:Redis, or take ssl=true and the settings of TLS away.");

    private static RedisTlsFault Missing() =>
        new("asks for a certificate that it trusts", "Set OrleansLlm:Store:RedisCertificateFile and RedisKeyFile to one of the issuers that it trusts.");
}
