namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>Takes cached answers out of a tenant's cache and puts them in. Keyed by tenant.</summary>
[Alias("orleansllm.cache.transfer.grain.v1")]
public interface ICacheTransferGrain : IGrainWithStringKey
{
    /// <summary>Notes a partition of the tenant, so that it can be found again; before its first answer is stored.</summary>
    [Alias("opened"), Orleans.Concurrency.OneWay]
    Task OpenedAsync(string partition, string cacheNamespace);

    /// <summary>The tenant's shards, in a fixed order.</summary>
    [Alias("shards")]
    Task<string[]> ShardsAsync();

    /// <summary>A page of one of the tenant's shards, without what was invalidated; null where the shard is not the tenant's.</summary>
    /// <param name="shard">One of <see cref="ShardsAsync"/>.</param>
    /// <param name="after">Begins behind this fingerprint; null for the first page.</param>
    /// <param name="count">Most answers looked at.</param>
    [Alias("page")]
    Task<TransferPage?> PageAsync(string shard, string? after, int count);

    /// <summary>Stores answers as if they had just been given; returns how many, less those that expired meanwhile.</summary>
    [Alias("import")]
    Task<int> ImportAsync(TransferredAnswer[] answers);
}

/// <summary>A page of an export.</summary>
/// <param name="Answers">What may be taken.</param>
/// <param name="Next">Where the next page begins; null after the last.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.transfer.page.v1")]
public sealed record TransferPage([property: Id(0)] TransferredAnswer[] Answers, [property: Id(1)] string? Next);
