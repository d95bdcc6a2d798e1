using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Configuration;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting.Tls;
using OrleansLlm.Cluster.Tests.Storage;
using OrleansLlm.Silo.Diagnosis;
using OrleansLlm.Silo.Hosting;

namespace OrleansLlm.Cluster.Tests.Hosting.Tls;

/// <summary>Silos, an API and a Redis as processes, talking by mutual TLS with certificates of one authority; strangers stay outside.</summary>
public sealed class TlsClusterTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _stranger = new();

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public async Task Cluster_WithCertificates_ServesAndRefusesWhoHasNone()
    {
        await using var redis = await RedisServer.StartAsync(_authority);
        var port = LoopbackPort.Free();
        await using var first = await GatewayProgram.StartAsync("orleansllm.dll", [.. Store(redis), .. SiloSettings(port), .. Tls(_authority, "silo-1")]);
        // They know the cluster from the same Redis.
        await using var plain = GatewayProgram.Launch("orleansllm.dll", [.. Store(redis), .. SiloSettings(LoopbackPort.Free())]);
        await using var stranger = GatewayProgram.Launch("orleansllm.dll", [.. Store(redis), .. SiloSettings(LoopbackPort.Free()), .. Tls(_stranger, "stranger")]);
        // For clients alone: this is all that an API needs. Silos that are starting on a busy test machine are slow, not lost.
        (string, string)[] apiSettings = [.. Tls(_authority, "api", TestAuthority.ClientUse), ("OrleansLlm__Api__LostSiloLimit", "00:00:30")];
        var starts = await Task.WhenAll(
            GatewayProgram.StartAsync("orleansllm.dll", [.. Store(redis), .. SiloSettings(LoopbackPort.Free()), .. Tls(_authority, "silo-2")]),
            GatewayProgram.StartAsync("OrleansLlm.Client.dll", [.. Store(redis), .. apiSettings]));
        await using var second = starts[0];
        await using var api = starts[1];

        // Enough questions that both silos have some.
        foreach (var i in Enumerable.Range(0, 12))
        {
            using var answer = await api.AskAsync($"What is held in vault {i}?");
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode}\n{api.Output}\n{first.Output}\n{second.Output}");
        }

        // Asked at either silo, the answers are there: they talk to each other.
        foreach (var silo in new[] { first, second })
        {
            using var answer = await silo.AskAsync("What is held in vault 7?");
            Assert.Equal("exact", answer.Headers.GetValues("x-orleansllm-cache").Single());
        }

        Assert.True(await IsLetInAsync(port, _authority.Issue("peer")));
        Assert.False(await IsLetInAsync(port, null));
        Assert.False(await IsLetInAsync(port, _stranger.Issue("peer")));
        Assert.False(await IsLetInAsync(port, _authority.Issue("late", DateTimeOffset.UtcNow.AddHours(-1))));
        Assert.False(await IsLetInAsync(port, _authority.Issue("server-alone", null, TestAuthority.ServerUse)));
        Assert.Contains("is refused: ", first.Output, StringComparison.Ordinal);

        // Strangers never stood among the members, where silos would have asked them and waited.
        foreach (var (silo, told) in new[] { (plain, "speaks TLS: set OrleansLlm:Cluster:TlsCertificateFile"), (stranger, "shows a certificate that OrleansLlm:Cluster:TlsCaFile does not vouch for") })
        {
            Assert.Equal(78, await silo.ExitAsync());
            Assert.Contains(told, silo.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Connect_RedisOfAnotherAuthority_IsRefusedAndDoctorSaysWhy()
    {
        await using var redis = await RedisServer.StartAsync(_stranger);
        var options = new StoreOptions { Redis = $"127.0.0.1:{redis.Port}", RedisCaFile = _authority.CaFile };
        await using (var refused = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(RedisConnection.Read(options)))
            Assert.False(refused.IsConnected);
        Assert.Contains("shows a certificate that is not trusted", await DoctorAsync(redis, _authority.CaFile), StringComparison.Ordinal);
        Assert.Contains("asks for a certificate", await DoctorAsync(redis, _stranger.CaFile), StringComparison.Ordinal);
        Assert.Contains("speaks TLS, and is called without", await DoctorAsync(redis, null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_TlsToARedisThatHasNone_SaysSo()
    {
        await using var redis = await RedisServer.StartAsync();
        Assert.Contains("does not speak TLS", await DoctorAsync(redis, _authority.CaFile), StringComparison.Ordinal);
    }

    private static async Task<string> DoctorAsync(RedisServer redis, string? caFile)
    {
        var settings = new Dictionary<string, string?> { ["OrleansLlm:Store:Redis"] = $"127.0.0.1:{redis.Port}", ["OrleansLlm:Store:RedisCaFile"] = caFile, ["OrleansLlm:Store:Timeout"] = "00:00:01" };
        var configuration = new ConfigurationManager();
        foreach (var (key, value) in settings.Where(static s => s.Value is not null))
            configuration[key] = value;
        var findings = await new StoreCheck().RunAsync(
            new SetUp(new HostSettings(), configuration, TimeProvider.System), TestContext.Current.CancellationToken);
        return Assert.Single(findings, static f => f.Severity == Severity.Fault).Text;
    }

    private static (string, string)[] SiloSettings(int port) =>
    [
        ("OrleansLlm__Cluster__SiloPort", port.ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Cluster__GatewayPort", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)),
        ("OrleansLlm__Simulator__TokensPerSecond", "0"),
    ];

    private (string, string)[] Store(RedisServer redis)
    {
        var (certificate, key) = _authority.Issue("store-client", null, TestAuthority.ClientUse);
        return
        [
            ("OrleansLlm__Store__Redis", $"rediss://127.0.0.1:{redis.Port}"),
            ("OrleansLlm__Store__RedisCaFile", _authority.CaFile),
            ("OrleansLlm__Store__RedisCertificateFile", certificate),
            ("OrleansLlm__Store__RedisKeyFile", key),
        ];
    }

    private static (string, string)[] Tls(TestAuthority authority, string name, params string[] uses)
    {
        var (certificate, key) = authority.Issue(name, null, uses);
        return
        [
            ("OrleansLlm__Cluster__TlsCertificateFile", certificate),
            ("OrleansLlm__Cluster__TlsKeyFile", key),
            ("OrleansLlm__Cluster__TlsCaFile", authority.CaFile),
            ("OrleansLlm__Cluster__TlsPeerName", "orleansllm.test"),
        ];
    }

    // Whether a silo goes on talking after the handshake: by TLS 1.3 a refusal of the client's certificate comes only then.
    private async Task<bool> IsLetInAsync(int port, (string Certificate, string Key)? files)
    {
        var trust = CertificateTrust.Parse(await File.ReadAllTextAsync(_authority.CaFile));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "orleansllm.test",
                    ClientCertificateContext = files is { } f ? PemCertificate.Parse(await File.ReadAllTextAsync(f.Certificate), await File.ReadAllTextAsync(f.Key)).Sent : null,
                    RemoteCertificateValidationCallback = (_, silo, sent, errors) => trust.ServerRefusal(silo, sent, errors) is null,
                },
                TestContext.Current.CancellationToken);
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            silence.CancelAfter(TimeSpan.FromSeconds(3));
            return await stream.ReadAsync(new byte[1], silence.Token) > 0;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            // It waits for our preamble.
            return true;
        }
    }
}
