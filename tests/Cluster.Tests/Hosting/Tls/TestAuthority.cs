using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansLlm.Cluster.Tests.Hosting.Tls;

/// <summary>A certificate authority of one test: real certificates, as files.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string ServerUse = "1.3.6.1.5.5.7.3.1";
    public const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleansllm-ca-");
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _intermediate;

    private readonly IPAddress _address;

    /// <param name="address">An address that its certificates are made out to, beside the names; loopback by default.</param>
    public TestAuthority(IPAddress? address = null)
    {
        _address = address ?? IPAddress.Loopback;
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Each its own name: chains are found by it.
        var name = Guid.NewGuid().ToString("N");
        var root = Request("CN=root of a test " + name, rootKey);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        root.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _root = root.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var intermediate = Request("CN=intermediate of a test " + name, key);
        intermediate.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        intermediate.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _intermediate = intermediate.Create(_root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(60), RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(key);
        CaFile = Write("ca.pem", _root.ExportCertificatePem());
    }

    /// <summary>The root alone: intermediates travel with the certificates.</summary>
    public string CaFile { get; }

    /// <summary>Issues a certificate for the address, <c>localhost</c> and <c>orleansllm.test</c>; files of an earlier one of that name are replaced.</summary>
    public (string Certificate, string Key) Issue(string name, DateTimeOffset? notAfter = null, params string[] uses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request("CN=" + name, key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("orleansllm.test");
        names.AddDnsName("localhost");
        names.AddIpAddress(_address);
        request.CertificateExtensions.Add(names.Build());
        var oids = new OidCollection();
        foreach (var use in uses is [] ? [ServerUse, ClientUse] : uses)
            oids.Add(new Oid(use));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, false));
        using var certificate = request.Create(_intermediate, DateTimeOffset.UtcNow.AddDays(-1), notAfter ?? DateTimeOffset.UtcNow.AddDays(30), RandomNumberGenerator.GetBytes(8));
        return (Write(name + ".pem", certificate.ExportCertificatePem() + "\n" + _intermediate.ExportCertificatePem()), Write(name + ".key", key.ExportPkcs8PrivateKeyPem()));
    }

    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
        _folder.Delete(recursive: true);
    }

    private static CertificateRequest Request(string subject, ECDsa key) => new(subject, key, HashAlgorithmName.SHA256);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
