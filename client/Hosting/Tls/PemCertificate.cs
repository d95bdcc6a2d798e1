using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansLlm.Client.Hosting.Tls;

/// <summary>A process's own certificate and key, with the intermediates that its file holds.</summary>
/// <param name="Leaf">The certificate with its key.</param>
/// <param name="Sent">What is sent in a handshake: the certificate and its intermediates.</param>
internal sealed record PemCertificate(X509Certificate2 Leaf, SslStreamCertificateContext Sent)
{
    /// <exception cref="CryptographicException">There is no certificate, or the key is not its key.</exception>
    public static PemCertificate Parse(string certificates, string key)
    {
        X509Certificate2 leaf;
        try
        {
            leaf = X509Certificate2.CreateFromPem(certificates, key);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("the key is not the certificate's", e);
        }

        var all = new X509Certificate2Collection();
        all.ImportFromPem(certificates);
        return new PemCertificate(leaf, SslStreamCertificateContext.Create(leaf, [.. all.Skip(1)], offline: true));
    }
}
