using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>Keeps a tenant's shards within its bytes (<see cref="ByteBudget"/>). Keyed by tenant; in memory alone.</summary>
[Alias("orleansllm.cache.budget.v1")]
public interface ICacheBudgetGrain : IGrainWithStringKey
{
    /// <summary>Takes a shard's report and says how many of its bytes must leave.</summary>
    [Alias("report")]
    ValueTask<long> ReportAsync(string shard, ShardWeight[] slices);
}

/// <summary><see cref="WorthSlice"/> on the wire.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.weight.v1")]
public readonly record struct ShardWeight([property: Id(0)] long Bytes, [property: Id(1)] double Worth);
