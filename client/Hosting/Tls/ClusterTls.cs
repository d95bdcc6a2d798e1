using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;
using OrleansLlm.Client.Configuration;

namespace OrleansLlm.Client.Hosting.Tls;

/// <summary>
/// Mutual TLS within a cluster: between silos, and from APIs to silos. Peers are called by address, so a certificate's issuer lets it in,
/// and a name that all of them bear where one is set.
/// </summary>
internal sealed class ClusterTls
{
    private const string Section = "OrleansLlm:Cluster:";
    private const int MostOfSubject = 200;

    private readonly RenewedFiles<PemCertificate> _certificate;
    private readonly RenewedFiles<CertificateTrust> _trust;
    private readonly string? _peerName;
    private ILogger? _log;

    private ClusterTls(RenewedFiles<PemCertificate> certificate, RenewedFiles<CertificateTrust> trust, string? peerName)
    {
        _certificate = certificate;
        _trust = trust;
        _peerName = peerName;
    }

    /// <summary>This process's certificate, as it is now.</summary>
    public X509Certificate2 Certificate => _certificate.Current.Leaf;

    /// <summary>What is sent in a handshake that begins now.</summary>
    public SslStreamCertificateContext Sent => _certificate.Current.Sent;

    /// <summary>Reads the files; null where TLS is off, or after what is wrong was added to <paramref name="problems"/>.</summary>
    public static ClusterTls? Read(ClusterSettings settings, TimeProvider time, ICollection<string> problems)
    {
        if (settings is { TlsCertificateFile: null, TlsKeyFile: null, TlsCaFile: null })
        {
            if (settings.TlsPeerName is not null)
                problems.Add($"{Section}TlsPeerName asks for names on certificates, and {Section}TlsCertificateFile names none.");
            return null;
        }

        if (settings.TlsCertificateFile is null || settings.TlsKeyFile is null || settings.TlsCaFile is null)
        {
            problems.Add($"{Section}TlsCertificateFile, {Section}TlsKeyFile and {Section}TlsCaFile go together: set all three or none.");
            return null;
        }

        var certificate = TlsFiles.ReadCertificate(
            settings.TlsCertificateFile, settings.TlsKeyFile, Section + nameof(settings.TlsCertificateFile), Section + nameof(settings.TlsKeyFile), time, problems);
        var trust = TlsFiles.ReadTrust(settings.TlsCaFile, Section + nameof(settings.TlsCaFile), time, problems);
        if (certificate is null || trust is null)
            return null;
        // What its own issuers do not vouch for, no peer would take.
        if (trust.Current.Refusal(certificate.Current.Leaf, Intermediates(certificate.Current), settings.TlsPeerName) is { } refusal)
        {
            problems.Add($"{Section}TlsCertificateFile ({settings.TlsCertificateFile}) would be refused by its own cluster: {refusal}.");
            return null;
        }

        return new ClusterTls(certificate, trust, settings.TlsPeerName);
    }

    /// <summary>Where to say that a renewed file cannot be used.</summary>
    public void LogTo(ILogger log)
    {
        _log = log;
        _certificate.Failed = _trust.Failed = e => TlsLog.NotRenewed(log, e.Message);
    }

    public void Apply(TlsOptions options)
    {
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.LocalCertificate = Certificate;
        options.RemoteCertificateValidation = (peer, sent, _) => IsTrusted(peer, sent);
        // Contexts in place of certificates: they send intermediates too, and are those of now.
        options.OnAuthenticateAsServer = (_, server) =>
        {
            var handshake = (SslServerAuthenticationOptions)server.SslServerAuthenticationOptions;
            handshake.ServerCertificate = null;
            handshake.ServerCertificateSelectionCallback = null;
            handshake.ServerCertificateContext = Sent;
        };
        options.OnAuthenticateAsClient = (_, client) =>
        {
            var handshake = (SslClientAuthenticationOptions)client.SslClientAuthenticationOptions;
            handshake.ClientCertificates = null;
            handshake.LocalCertificateSelectionCallback = null;
            handshake.ClientCertificateContext = Sent;
        };
    }

    /// <summary>Why a peer is not let in; null where it is.</summary>
    /// <param name="peer">What it showed; null where it showed nothing.</param>
    /// <param name="sent">What came with it.</param>
    public string? Refusal(X509Certificate2? peer, X509Chain? sent) => _trust.Current.Refusal(peer, sent, _peerName);

    private bool IsTrusted(X509Certificate2 peer, X509Chain? sent)
    {
        if (Refusal(peer, sent) is not { } refusal)
            return true;
        if (_log is { } log)
            TlsLog.Refused(log, Printable(peer.Subject), refusal);
        return false;
    }

    // A stranger's words.
    private static string Printable(string subject) => string.Concat(subject.Where(static c => !char.IsControl(c)).Take(MostOfSubject));

    private static X509Chain Intermediates(PemCertificate certificate)
    {
        var chain = new X509Chain();
        chain.ChainPolicy.ExtraStore.AddRange(certificate.Sent.IntermediateCertificates.ToArray());
        return chain;
    }
}
