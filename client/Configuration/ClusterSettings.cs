using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Client.Configuration;

/// <summary><c>OrleansLlm:Cluster</c>: how this silo joins others. Takes effect at start. With the embedded store there are no others.</summary>
public sealed class ClusterSettings
{
    /// <value>Silos of one id form one cluster. Default <c>orleansllm</c>.</value>
    [Required]
    public string ClusterId { get; set; } = "orleansllm";

    /// <value>Owner of the stored data; must not change between upgrades. Default <c>orleansllm</c>.</value>
    [Required]
    public string ServiceId { get; set; } = "orleansllm";

    /// <value>Port between silos. Default 0: 11111 with Redis, any free port with the embedded store.</value>
    [Range(0, 65535)]
    public int SiloPort { get; set; }

    /// <value>Port for stand-alone API processes. Default 0: 30000 with Redis, any free port with the embedded store.</value>
    [Range(0, 65535)]
    public int GatewayPort { get; set; }

    /// <value>Address other silos reach this one at. Default: the environment variable <c>POD_IP</c>, else loopback. With the embedded store always loopback.</value>
    public string? AdvertisedAddress { get; set; }

    /// <value>
    /// This process's certificate, and intermediates after it, in PEM. With <see cref="TlsKeyFile"/> and <see cref="TlsCaFile"/> silos and
    /// APIs talk to each other by mutual TLS, and to nobody without a certificate of that CA. Default none: no TLS between them. Read
    /// again within ten seconds when it was renewed. Silos need one for server and client authentication, APIs for client authentication.
    /// </value>
    public string? TlsCertificateFile { get; set; }

    /// <value>Private key of <see cref="TlsCertificateFile"/>, in PEM.</value>
    public string? TlsKeyFile { get; set; }

    /// <value>Issuers whose certificates are let into the cluster, in PEM; no other issuer is trusted for it.</value>
    public string? TlsCaFile { get; set; }

    /// <value>DNS name that the certificate of every silo and API must bear. Needed where the CA issues to strangers as well. Default none.</value>
    public string? TlsPeerName { get; set; }
}
