using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using OrleansLlm.Client.Hosting.Tls;

namespace OrleansLlm.Cluster.Tests.Hosting.Tls;

/// <summary>What the server would take is let through; anything else is named before it starts.</summary>
public sealed class ServerCertificateTests : IDisposable
{
    private const string Password = "canary-of-a-password";

    private readonly TestAuthority _authority = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-certificate-");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Check_NothingSet_IsNoProblem() => Assert.Empty(ProblemsOf());

    [Fact]
    public void Check_CertificateWithIntermediatesAndItsKey_IsNoProblem()
    {
        var (certificate, key) = _authority.Issue("api");
        Assert.Empty(ProblemsOf(("Path", certificate), ("KeyPath", key)));
    }

    [Fact]
    public void Check_CertificateInDer_IsNoProblem()
    {
        var (certificate, key) = _authority.Issue("api");
        using var loaded = X509CertificateLoader.LoadCertificateFromFile(certificate);
        Assert.Empty(ProblemsOf(("Path", Write("api.der", loaded.RawData)), ("KeyPath", key)));
    }

    [Fact]
    public void Check_EncryptedKeyOrPkcs12_NeedsItsPassword()
    {
        var (certificate, key) = _authority.Issue("api");
        using var loaded = X509Certificate2.CreateFromPemFile(certificate, key);
        var pkcs12 = Write("api.pfx", loaded.Export(X509ContentType.Pkcs12, Password));
        Assert.Empty(ProblemsOf(("Path", pkcs12), ("Password", Password)));
        using var secret = loaded.GetECDsaPrivateKey()!;
        var sealedKey = Write("api.sealed.key", System.Text.Encoding.ASCII.GetBytes(secret.ExportEncryptedPkcs8PrivateKeyPem(
            Password, new(System.Security.Cryptography.PbeEncryptionAlgorithm.Aes256Cbc, System.Security.Cryptography.HashAlgorithmName.SHA256, 1000))));
        Assert.Empty(ProblemsOf(("Path", certificate), ("KeyPath", sealedKey), ("Password", Password)));

        var problem = Assert.Single(ProblemsOf(("Path", pkcs12), ("Password", Password + "?")));
        Assert.Contains("Kestrel:Certificates:Default:Path", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_KeyOfAnotherCertificate_IsNamed()
    {
        var problem = Assert.Single(ProblemsOf(("Path", _authority.Issue("api").Certificate), ("KeyPath", _authority.Issue("other").Key)));
        Assert.Contains("other.key", problem, StringComparison.Ordinal);
    }

    private static List<string> ProblemsOf(params (string Name, string Value)[] settings)
    {
        List<string> problems = [];
        ServerCertificate.Check(
            new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(static s => "Kestrel:Certificates:Default:" + s.Name, static string? (s) => s.Value)).Build(), problems);
        return problems;
    }

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
