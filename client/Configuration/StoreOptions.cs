using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Client.Configuration;

/// <summary><c>OrleansLlm:Store</c>: where the cache, the ledger and the cluster's membership are kept. Takes effect at start.</summary>
public sealed class StoreOptions
{
    /// <value>
    /// Redis to use, as StackExchange.Redis reads it (<c>host:6379,ssl=true</c>), without its password.
    /// Default none: a Garnet server runs inside the process, on loopback only, with its files under <c>ORLEANSLLM_DATA</c>.
    /// </value>
    public string? Redis { get; set; }

    /// <value>Name of an environment variable that holds the password of <see cref="Redis"/>.</value>
    public string? RedisPasswordVariable { get; set; }

    /// <value>Path of a secret file that holds the password of <see cref="Redis"/>.</value>
    public string? RedisPasswordFile { get; set; }

    /// <value>Longest wait for one operation of the store, 50 ms to one minute. Default 2 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);
}
