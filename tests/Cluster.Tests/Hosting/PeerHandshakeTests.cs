using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting.Tls;
using OrleansLlm.Cluster.Tests.Hosting.Tls;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Cluster.Tests.Hosting;

/// <summary>What a silo that is about to join learns from a handshake with one that serves; real TLS at both ends.</summary>
public sealed class PeerHandshakeTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _stranger = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-handshake-");

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task With_SameAuthority_IsTaken() => Assert.Equal(new PeerHandshake(IsTaken: true, null), await AskAsync(Tls(_authority, _authority.CaFile), Tls(_authority, _authority.CaFile)));

    [Fact]
    public async Task With_TlsWhereThisSiloHasNone_SaysWhatToSet() => Assert.Contains("speaks TLS: set OrleansLlm:Cluster:TlsCertificateFile", (await AskAsync(Tls(_authority, _authority.CaFile), null)).Refusal, StringComparison.Ordinal);

    [Fact]
    public async Task With_AnotherAuthority_IsRefusedHere() =>
        Assert.Contains("shows a certificate that OrleansLlm:Cluster:TlsCaFile does not vouch for", (await AskAsync(Tls(_stranger, _stranger.CaFile), Tls(_authority, _authority.CaFile))).Refusal, StringComparison.Ordinal);

    [Fact]
    public async Task With_OneThatDoesNotKnowThisOnesAuthority_IsRefusedThere()
    {
        // As in the midst of a change of authorities, begun at the wrong end.
        var both = Path.Combine(_folder.FullName, "both.pem");
        await File.WriteAllTextAsync(both, await File.ReadAllTextAsync(_authority.CaFile, Cancelled) + "\n" + await File.ReadAllTextAsync(_stranger.CaFile, Cancelled), Cancelled);
        Assert.Contains("does not take this one's certificate", (await AskAsync(Tls(_authority, _authority.CaFile), Tls(_stranger, both))).Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_NoTlsThere_SaysNothing(bool hasTls) => Assert.Equal(default, await AskAsync(null, hasTls ? Tls(_authority, _authority.CaFile) : null));

    [Fact]
    public async Task With_NobodyThere_SaysNothing() => Assert.Equal(default, await PeerHandshake.WithAsync(new IPEndPoint(IPAddress.Loopback, LoopbackPort.Free()), Tls(_authority, _authority.CaFile), Cancelled));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static ClusterTls Tls(TestAuthority authority, string trusted)
    {
        var (certificate, key) = authority.Issue("silo");
        var problems = new List<string>();
        var tls = ClusterTls.Read(new ClusterSettings { TlsCertificateFile = certificate, TlsKeyFile = key, TlsCaFile = trusted }, TimeProvider.System, problems);
        Assert.Empty(problems);
        return tls!;
    }

    private static async Task<PeerHandshake> AskAsync(ClusterTls? peer, ClusterTls? own)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, peer);
        var handshake = await PeerHandshake.WithAsync((IPEndPoint)listener.LocalEndpoint, own, Cancelled);
        await serving;
        return handshake;
    }

    // As a silo: waits for its caller to speak, and hangs up on what it does not understand.
    private static async Task ServeAsync(TcpListener listener, ClusterTls? tls)
    {
        using var caller = await listener.AcceptTcpClientAsync(Cancelled);
        if (tls is null)
        {
            await caller.GetStream().ReadAtLeastAsync(new byte[8], 8, throwOnEndOfStream: false, Cancelled);
            return;
        }

        await using var stream = new SslStream(caller.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = tls.Sent,
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = (_, certificate, sent, _) => tls.Refusal(certificate as X509Certificate2, sent) is null,
                },
                Cancelled);
            await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, Cancelled);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
        }
    }
}
