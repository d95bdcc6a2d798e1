using System.ComponentModel.DataAnnotations;
using OrleansLlm.Core;
using OrleansLlm.Core.Compression;

namespace OrleansLlm.Grains.Abstractions.Tenants;

/// <summary><c>OrleansLlm:Tenants:NAME</c>: one tenant, its keys and what the layers may do for it. Takes effect at start.</summary>
public sealed class TenantOptions
{
    /// <value>SHA-256 of each accepted key, hexadecimal (<c>printf %s KEY | sha256sum</c>), so that the configuration holds no key.</value>
    public IList<string> KeyHashes { get; } = [];

    /// <value>Name of an environment variable that holds a key.</value>
    public string? KeyVariable { get; set; }

    /// <value>Path of a secret file that holds a key.</value>
    public string? KeyFile { get; set; }

    /// <value>Whether the tenant's keys may also read <c>/admin</c>, <c>/metrics</c> and the Orleans dashboard. Default false.</value>
    public bool Operator { get; set; }

    /// <value>Whether nobody may ask in the tenant's name any more, by whatever key. Default false; true keeps its past in the operators' figures. Its keys are not read.</value>
    public bool Retired { get; set; }

    /// <value>Default: <c>OrleansLlm:Layers:Cache</c>.</value>
    public LayerMode? Cache { get; set; }

    /// <value>Default: <c>OrleansLlm:Layers:Routing</c>.</value>
    public LayerMode? Routing { get; set; }

    /// <value>Default: <c>OrleansLlm:Layers:Compression</c>.</value>
    public LayerMode? Compression { get; set; }

    /// <value>How the compressor chooses what stays. Default: <c>OrleansLlm:Compression:Strategy</c>.</value>
    public CompressionStrategy? CompressionStrategy { get; set; }

    /// <value>Share of a document's tokens to keep, 0.05 to 1. Default: <c>OrleansLlm:Compression:KeepRate</c>.</value>
    [Range(0.05, 1.0)]
    public double? CompressionKeepRate { get; set; }

    /// <value>Most tokens of a document, in place of a share. Default: <c>OrleansLlm:Compression:TokenBudget</c>.</value>
    [Range(1, 10_000_000)]
    public int? CompressionTokenBudget { get; set; }

    /// <value>Share of the right answers that compression must leave right, in place of a share of tokens, 0.5 to 0.999. Default: <c>OrleansLlm:Compression:QualityFloor</c>.</value>
    [Range(0.5, 0.999)]
    public double? CompressionQualityFloor { get; set; }

    /// <value>Certificates of <c>calibrate compress</c>, one a model. Default: <c>OrleansLlm:Compression:Certificates</c>.</value>
    public IList<string> CompressionCertificates { get; } = [];

    /// <value>Whether records of JSON data that the question does not name may be left out. Default: <c>OrleansLlm:Compression:ThinRecords</c>.</value>
    public bool? CompressionThinRecords { get; set; }

    /// <value>Accept probability that a semantic hit needs, 0 to 1; below the shipped policy's threshold it has no effect.</value>
    [Range(0.0, 1.0)]
    public double? CacheThreshold { get; set; }

    /// <value>How long an answer may be given again, one second to a year. Default: <c>OrleansLlm:Cache:TimeToLive</c>.</value>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan? CacheTimeToLive { get; set; }

    /// <value>Most memory that the tenant's cached answers take in the cluster, 1 MiB to 64 TiB. Default: <c>OrleansLlm:Cache:TenantBytes</c>.</value>
    [Range(1024L * 1024, 64L * 1024 * 1024 * 1024 * 1024)]
    public long? CacheBytes { get; set; }

    /// <value>Raise it to abandon all cached answers of the tenant. Default 0.</value>
    [Range(0, int.MaxValue)]
    public int CacheEpoch { get; set; }

    /// <value><c>Isolate</c> (default): documents in the prompt must be equal for a semantic hit. <c>Ignore</c>: they may vary.</value>
    public ContextMode Context { get; set; }

    /// <value>Whether the pages may show the latest questions and answers that the cache served, kept in memory. Default false: they show hashes.</value>
    public bool ShowText { get; set; }

    /// <value>Explicit models that are routed like <c>auto</c>. Default none: an explicit model is honoured.</value>
    public IList<string> MapToAuto { get; } = [];

    /// <value>Hard caps on what all of the tenant's keys spend together.</value>
    public BudgetAmounts Budgets { get; set; } = new();

    /// <value>How much all of the tenant's keys may ask together.</value>
    public RateAmounts RateLimits { get; set; } = new();

    /// <value>Parts of the tenant with keys and caps of their own. Default none.</value>
    public IDictionary<string, ProjectOptions> Projects { get; } = new Dictionary<string, ProjectOptions>(StringComparer.Ordinal);
}

/// <summary>What documents inside the last user turn mean for the cache.</summary>
public enum ContextMode
{
    Isolate,
    Ignore,
}
