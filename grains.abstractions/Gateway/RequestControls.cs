namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>What a caller may ask of the layers for one request. All of it narrows; nothing widens what the tenant allows.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.gateway.controls.v1")]
public sealed class RequestControls
{
    public static RequestControls Default { get; } = new();

    /// <summary><c>Cache-Control: no-cache</c>: do not answer from the cache; the fresh answer may be stored.</summary>
    [Id(0)]
    public bool NoCache { get; init; }

    /// <summary><c>Cache-Control: no-store</c>: do not keep the answer, and do not answer from the cache.</summary>
    [Id(1)]
    public bool NoStore { get; init; }

    /// <summary><c>Cache-Control: max-age</c> in seconds: no older answer; null for any age.</summary>
    [Id(2)]
    public int? MaxAgeSeconds { get; init; }

    /// <summary><c>x-orleansllm-compress: off</c>.</summary>
    [Id(3)]
    public bool CompressOff { get; init; }

    /// <summary><c>x-orleansllm-route: off</c>: an alias is answered by its strongest tier.</summary>
    [Id(4)]
    public bool RouteOff { get; init; }

    /// <summary><c>x-orleansllm-cache-threshold</c>: a higher accept probability than the tenant's; a lower one has no effect.</summary>
    [Id(5)]
    public double? CacheThreshold { get; init; }

    /// <summary><c>x-orleansllm-cache-namespace</c>: only answers of the same namespace; empty for none.</summary>
    [Id(6)]
    public string CacheNamespace { get; init; } = string.Empty;

    /// <summary><c>x-orleansllm-cache-tags</c>: what the answer depends on, e.g. documents; forgotten by tag when one of them changes.</summary>
    [Id(7)]
    public string[] CacheTags { get; init; } = [];

    /// <summary>Whether an answer of that age may be given.</summary>
    public bool Accepts(TimeSpan age) => MaxAgeSeconds is not { } most || age.TotalSeconds <= most;
}
