using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Client.Configuration;

/// <summary><c>OrleansLlm:Store</c>: where the cache, the ledger and the cluster's membership are kept. Takes effect at start.</summary>
public sealed class StoreOptions
{
    /// <value>
    /// Redis to use, as StackExchange.Redis reads it (<c>host:6379,ssl=true</c>) or as an address (<c>rediss://host:6379</c>), without its password.
    /// Default none: a Garnet server runs inside the process, on loopback only, with its files under <c>ORLEANSLLM_DATA</c>.
    /// </value>
    public string? Redis { get; set; }

    /// <value>Name of an environment variable that holds the password of <see cref="Redis"/>.</value>
    public string? RedisPasswordVariable { get; set; }

    /// <value>Path of a secret file that holds the password of <see cref="Redis"/>.</value>
    public string? RedisPasswordFile { get; set; }

    /// <value>Path of a file that holds the user of <see cref="Redis"/>; an alternative to <c>user=</c> in it.</value>
    public string? RedisUserFile { get; set; }

    /// <value>
    /// Issuers of the certificate of <see cref="Redis"/>, in PEM; no other is trusted for it. Turns TLS on. Default: with TLS, what the
    /// machine trusts. Read again within ten seconds when it was renewed.
    /// </value>
    public string? RedisCaFile { get; set; }

    /// <value>Certificate, in PEM, by which this process shows itself to a <see cref="Redis"/> that asks for one. Turns TLS on. Default none.</value>
    public string? RedisCertificateFile { get; set; }

    /// <value>Private key of <see cref="RedisCertificateFile"/>, in PEM.</value>
    public string? RedisKeyFile { get; set; }

    /// <value>Longest wait for one operation of the store, 50 ms to one minute. Default 2 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);
}
