using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Grains.Caching;

/// <summary><c>OrleansLlm:Cache</c>: the verified semantic cache. Takes effect at start.</summary>
public sealed class CacheOptions
{
    /// <summary>No answer stays for longer, imported ones included: what was said to be forgotten is remembered a day beyond it.</summary>
    internal static readonly TimeSpan LongestTimeToLive = TimeSpan.FromDays(365);

    /// <value>Least cosine similarity at which a stored question is shown to the verifier, 0 to 1. Default 0.70. Low on purpose: the verifier decides.</value>
    [Range(0.0, 1.0)]
    public double CandidateThreshold { get; set; } = 0.70;

    /// <value>Most candidates shown to the verifier, 1 to 16. Default 4.</value>
    [Range(1, 16)]
    public int Candidates { get; set; } = 4;

    /// <value>Accept probability that a hit needs, 0 to 1. Default: the one shipped with the acceptance policy; only a higher one has an effect.</value>
    [Range(0.0, 1.0)]
    public double? AcceptThreshold { get; set; }

    /// <value>Path of an acceptance policy, as <c>calibrate cache</c> writes it. Default: the one shipped beside the models. One that cannot be used, or was fitted on other models, stops the start.</value>
    public string? AcceptanceFile { get; set; }

    /// <value>How long an answer may be given again, one second to a year. Default seven days.</value>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromDays(7);

    /// <value>Entries at which a shard splits in two, 16 to 1,000,000. Default 32,768. A shard that cannot split keeps half as many more, then evicts.</value>
    [Range(16, 1_000_000)]
    public int ShardCapacity { get; set; } = 32_768;

    /// <value>Most memory of one shard's entries, 64 KiB to 64 GiB; beyond it those that save least for their size leave. Default 256 MiB.</value>
    [Range(64L * 1024, 64L * 1024 * 1024 * 1024)]
    public long ShardBytes { get; set; } = 256L * 1024 * 1024;

    /// <value>Most memory that all answers of one tenant take in the cluster, 1 MiB to 64 TiB; beyond it those that save least for their size leave, whatever their shard. Kept to within 64 KiB or a fiftieth of each shard, which is what one may hold untold. Default 4 GiB; <c>Tenants:NAME:CacheBytes</c> sets another.</value>
    [Range(1024L * 1024, 64L * 1024 * 1024 * 1024 * 1024)]
    public long TenantBytes { get; set; } = 4L * 1024 * 1024 * 1024;

    /// <value>Most shards of one partition, 1 to 256: with the two settings above it bounds what a partition may take. Default 32.</value>
    [Range(1, 256)]
    public int MaxShards { get; set; } = 32;

    /// <value>Nearest shards that a lookup by meaning asks, 1 to 16. Default 4: after a split 2 misses about 3 in 100 of the neighbours at cosine 0.80 and above. The entry's own shard is always asked.</value>
    [Range(1, 16)]
    public int Probes { get; set; } = 4;

    /// <value>How long a silo uses a shard map before it reads it again, zero to one hour. Default 5 s. A map that is out of date costs one more call, never an answer.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MapLifetime { get; set; } = TimeSpan.FromSeconds(5);

    /// <value>Time in which a hit counts for half when it is decided who leaves a full shard, one minute to a year. Default one day.</value>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan HitHalfLife { get; set; } = TimeSpan.FromDays(1);

    /// <value>Name of an environment variable that holds a Base64 key of 32 bytes (<c>openssl rand -base64 32</c>): stored questions, answers and vectors are then encrypted. Default none.</value>
    public string? EncryptionKeyVariable { get; set; }

    /// <value>Path of a secret file that holds the key, in place of a variable.</value>
    public string? EncryptionKeyFile { get; set; }

    /// <value>Most answers that one gateway activation keeps for exact hits without a lookup. Default 256.</value>
    [Range(0, 1_000_000)]
    public int ExactEntries { get; set; } = 256;

    /// <value>Most bytes of these answers, packed, up to 1 GiB. Default 4 MiB; a larger answer is looked up each time.</value>
    [Range(0L, 1024L * 1024 * 1024)]
    public long ExactBytes { get; set; } = 4L * 1024 * 1024;

    /// <value>How long writes are gathered before they go to the store: what a killed process may lose. Default 250 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <value>Most writes kept while the store is out of reach; beyond it the oldest are dropped, never served stale. Default 1,024.</value>
    [Range(1, 1_000_000)]
    public int WriteQueue { get; set; } = 1024;

    /// <value>
    /// Longest wait for the answer to the same question, in other words, that is on its way, up to 10 minutes; 0 never waits. Default 15 s.
    /// After it the question goes to the upstream itself.
    /// </value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan PendingTimeout { get; set; } = TimeSpan.FromSeconds(15);
}
