using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansLlm.Client.Hosting.Tls;

/// <summary>The certificate of https addresses. The server reads it by itself, and tells of a wrong one in fifty lines that do not name the setting.</summary>
internal static class ServerCertificate
{
    private const string Section = "Kestrel:Certificates:Default";

    /// <summary>Adds what is wrong with it.</summary>
    public static void Check(IConfiguration configuration, ICollection<string> problems)
    {
        var (path, key, password) = (configuration[Section + ":Path"], configuration[Section + ":KeyPath"], configuration[Section + ":Password"]);
        if (string.IsNullOrEmpty(path))
            return;
        try
        {
            Load(path, key, password).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            problems.Add($"{Section}:Path names '{path}'{(key is null ? " (PKCS#12 without a KeyPath)" : $" and KeyPath '{key}'")}, which cannot be used: {e.Message}");
        }
    }

    // As the server does: what it names is meant beside the program, a certificate without a key of its own is PEM or DER, one with it PKCS#12.
    private static X509Certificate2 Load(string path, string? key, string? password)
    {
        var file = Path.Combine(AppContext.BaseDirectory, path);
        if (key is null)
            return X509CertificateLoader.LoadPkcs12FromFile(file, password);
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        var keyText = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, key));
        return password is null
            ? X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), keyText)
            : X509Certificate2.CreateFromEncryptedPem(certificate.ExportCertificatePem(), keyText, password);
    }
}
