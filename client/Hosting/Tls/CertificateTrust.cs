using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansLlm.Client.Hosting.Tls;

/// <summary>The issuers that peers' certificates must come from: those of a file and no other, whatever the machine itself trusts.</summary>
internal sealed class CertificateTrust
{
    private readonly X509Certificate2Collection _issuers;

    private CertificateTrust(X509Certificate2Collection issuers) => _issuers = issuers;

    /// <summary>Reads issuers in PEM.</summary>
    /// <exception cref="CryptographicException">There is none.</exception>
    public static CertificateTrust Parse(string pem)
    {
        var issuers = new X509Certificate2Collection();
        issuers.ImportFromPem(pem);
        if (issuers.Count == 0)
            throw new CryptographicException("no certificate in PEM");
        return new CertificateTrust(issuers);
    }

    /// <summary>Why a certificate is not trusted; null where it is.</summary>
    /// <param name="peer">What the peer showed; null where it showed none.</param>
    /// <param name="sent">What came with it, and what it is to be used for; null where nothing is known of that.</param>
    /// <param name="name">A DNS name that it must bear; null where any will do.</param>
    public string? Refusal(X509Certificate2? peer, X509Chain? sent, string? name)
    {
        if (peer is null)
            return "it shows no certificate";
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_issuers);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
            foreach (var use in sent.ChainPolicy.ApplicationPolicy)
                chain.ChainPolicy.ApplicationPolicy.Add(use);
        }

        if (!chain.Build(peer))
            return string.Join("; ", chain.ChainStatus.Select(static s => s.StatusInformation.Trim()).Distinct());
        return name is null || peer.MatchesHostname(name) ? null : $"it is not made out to '{name}'";
    }

    /// <summary>Why a server's certificate is not trusted: also where it is made out to another host than the one that was called.</summary>
    public string? ServerRefusal(X509Certificate? server, X509Chain? sent, SslPolicyErrors errors) =>
        errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "it is made out to another host" : Refusal(server as X509Certificate2, sent, null);
}
