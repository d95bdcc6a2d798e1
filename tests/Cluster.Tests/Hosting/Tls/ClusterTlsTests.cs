using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting.Tls;

namespace OrleansLlm.Cluster.Tests.Hosting.Tls;

public sealed class ClusterTlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _stranger = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public void Read_NothingSet_IsOff()
    {
        var (tls, problems) = Read(new ClusterSettings());
        Assert.Null(tls);
        Assert.Empty(problems);
    }

    [Fact]
    public void Read_OneOfThreeSet_NamesAllThree()
    {
        var problem = ProblemOf(new ClusterSettings { TlsCertificateFile = _authority.Issue("silo").Certificate });
        Assert.Contains("TlsCertificateFile, OrleansLlm:Cluster:TlsKeyFile and OrleansLlm:Cluster:TlsCaFile", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NameWithoutCertificate_SaysSo() => Assert.Contains("TlsPeerName", ProblemOf(new ClusterSettings { TlsPeerName = "orleansllm.test" }), StringComparison.Ordinal);

    [Fact]
    public void Read_FileMissing_NamesItAndItsSetting()
    {
        var problem = ProblemOf(Settings((_authority.Issue("silo").Certificate, "/no/such.key")));
        Assert.Equal("OrleansLlm:Cluster:TlsKeyFile names '/no/such.key', which is not there.", problem);
    }

    [Fact]
    public void Read_KeyOfAnotherCertificate_IsRefused()
    {
        var problem = ProblemOf(Settings((_authority.Issue("silo").Certificate, _authority.Issue("other").Key)));
        Assert.Contains("the key is not the certificate's", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CertificateOfAnotherCa_IsRefused() =>
        Assert.Contains("would be refused by its own cluster", ProblemOf(Settings(_stranger.Issue("silo"))), StringComparison.Ordinal);

    [Fact]
    public void Read_ExpiredCertificate_IsRefused() =>
        Assert.Contains("would be refused by its own cluster", ProblemOf(Settings(_authority.Issue("silo", DateTimeOffset.UtcNow.AddHours(-1)))), StringComparison.Ordinal);

    [Fact]
    public void Read_CertificateWithoutThePeersName_IsRefused()
    {
        var settings = Settings(_authority.Issue("silo"));
        settings.TlsPeerName = "orleansllm.test";
        Assert.NotNull(Read(settings).Tls);
        settings.TlsPeerName = "other.test";
        Assert.Contains("not made out to 'other.test'", ProblemOf(settings), StringComparison.Ordinal);
    }

    [Fact]
    public void Certificate_Renewed_IsUsedWithinTenSeconds()
    {
        var tls = Read(Settings(_authority.Issue("silo"))).Tls!;
        var first = tls.Certificate.SerialNumber;
        _authority.Issue("silo");
        Assert.Equal(first, tls.Certificate.SerialNumber);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotEqual(first, tls.Certificate.SerialNumber);
    }

    [Fact]
    public void Certificate_OnlyHalfRenewed_StaysUntilTheOtherHalfIsThere()
    {
        var (certificate, key) = _authority.Issue("silo");
        var tls = Read(Settings((certificate, key))).Tls!;
        var first = tls.Certificate.SerialNumber;
        var oldKey = File.ReadAllText(key);
        _authority.Issue("silo");
        var newKey = File.ReadAllText(key);
        File.WriteAllText(key, oldKey);

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(first, tls.Certificate.SerialNumber);

        File.WriteAllText(key, newKey);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.NotEqual(first, tls.Certificate.SerialNumber);
    }

    private ClusterSettings Settings((string Certificate, string Key) files) =>
        new() { TlsCertificateFile = files.Certificate, TlsKeyFile = files.Key, TlsCaFile = _authority.CaFile };

    private (ClusterTls? Tls, List<string> Problems) Read(ClusterSettings settings)
    {
        var problems = new List<string>();
        return (ClusterTls.Read(settings, _time, problems), problems);
    }

    private string ProblemOf(ClusterSettings settings)
    {
        var (tls, problems) = Read(settings);
        Assert.Null(tls);
        return Assert.Single(problems);
    }
}
