using Microsoft.Extensions.Logging;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

/// <inheritdoc cref="ICachePartitionGrain"/>
internal sealed class CachePartitionGrain(
    [PersistentState("map", CacheStorage.Name)] IPersistentState<PartitionMapState> state,
    ILogger<CachePartitionGrain> logger) : Grain, ICachePartitionGrain
{
    public ValueTask<PartitionMap> GetMapAsync() => new(state.State.ToMap());

    public async ValueTask<PartitionMap> OpenAsync()
    {
        if (state.State.Shards.Length > 0)
            return state.State.ToMap();
        state.State = new PartitionMapState { Version = 1, Shards = [$"{this.GetPrimaryKeyString()}/0"] };
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception e)
        {
            // The first shard's id follows from the key, so an unsaved map is made again just the same.
            CacheLog.MapNotSaved(logger, e, this.GetPrimaryKeyString());
        }

        return state.State.ToMap();
    }
}

/// <summary>The map as stored.</summary>
[GenerateSerializer, Alias("orleansllm.cache.map.state.v1")]
internal sealed class PartitionMapState
{
    [Id(0)]
    public int Version { get; set; }

    [Id(1)]
    public string[] Shards { get; set; } = [];

    public PartitionMap ToMap() => Shards.Length == 0 ? PartitionMap.Empty : new PartitionMap(Version, Shards);
}
