using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

/// <inheritdoc cref="ICachePartitionGrain"/>
internal sealed class CachePartitionGrain(
    [PersistentState("map", CacheStorage.Maps)] IPersistentState<PartitionMap> state,
    ILogger<CachePartitionGrain> logger) : Grain, ICachePartitionGrain
{
    private static readonly TimeSpan Refresh = TimeSpan.FromDays(1);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(KeepAsync, new GrainTimerCreationOptions { DueTime = TimeSpan.FromMinutes(1), Period = Refresh });
        return Task.CompletedTask;
    }

    public ValueTask<PartitionMap> GetMapAsync() => new(state.State);

    public async ValueTask<PartitionMap> OpenAsync()
    {
        if (state.State.Nodes.Length > 0)
            return state.State;
        state.State = PartitionMap.From(ShardMap.Single($"{this.GetPrimaryKeyString()}/0"));
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception e)
        {
            // The first shard's id follows from the key, so an unsaved map is made again just the same.
            CacheLog.MapNotSaved(logger, e, this.GetPrimaryKeyString());
        }

        return state.State;
    }

    // The store forgets what was not written for long. A map of one shard is made again just the same; one of several must not get lost
    // while its partition is asked.
    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        if (state.State.Nodes.Length < 2)
            return;
        try
        {
            await state.WriteStateAsync(cancellationToken);
        }
        catch (Exception e)
        {
            CacheLog.MapNotSaved(logger, e, this.GetPrimaryKeyString());
        }
    }

    public async ValueTask<PartitionMap> SplitAsync(PartitionSplit split)
    {
        var before = state.State;
        if (before.ToMap().Split(split.Shard, Vector(split.Centroid), Vector(split.First), split.NewShard, Vector(split.Second)) is not { } after)
            return before;
        state.State = PartitionMap.From(after);
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // The write may have come through or not: the next activation reads which.
            state.State = before;
            DeactivateOnIdle();
            throw;
        }

        return state.State;

        static float[] Vector(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }
}
