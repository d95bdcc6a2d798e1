using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

/// <inheritdoc cref="ICacheTransferGrain"/>
[Reentrant]
internal sealed class CacheTransferGrain(
    [PersistentState("partitions", CacheStorage.Name)] IPersistentState<TenantPartitions> state,
    SemanticCache cache,
    ShardDirectory shards,
    TimeProvider time,
    ILogger<CacheTransferGrain> logger) : Grain, ICacheTransferGrain
{
    // The list is stored whole. A tenant with more partitions than this (a prompt of its own in every request) is exported in part.
    private const int MostPartitions = 20_000;

    private const int Concurrency = 8;

    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(1);

    private bool _dirty;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(SaveAsync, new GrainTimerCreationOptions { DueTime = WriteInterval, Period = WriteInterval });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => SaveAsync(cancellationToken);

    public Task OpenedAsync(string partition, string cacheNamespace)
    {
        if (state.State.Namespaces.Count < MostPartitions && state.State.Namespaces.TryAdd(partition, cacheNamespace))
            _dirty = true;
        return Task.CompletedTask;
    }

    public async Task<string[]> ShardsAsync()
    {
        var found = new List<string>();
        // Embeddings are dear to carry and cheap to make: they stay.
        foreach (var partition in state.State.Namespaces.Keys.Where(cache.IsOfChat).Order(StringComparer.Ordinal))
            found.AddRange((await GrainFactory.GetGrain<ICachePartitionGrain>(partition).GetMapAsync()).ToMap().Shards.Order(StringComparer.Ordinal));
        return [.. found];
    }

    public async Task<TransferPage?> PageAsync(string shard, string? after, int count)
    {
        if (shard.IndexOf('/', StringComparison.Ordinal) is var end && (end < 0 || !state.State.Namespaces.TryGetValue(shard[..end], out var cacheNamespace)))
            return null;
        var page = await GrainFactory.GetGrain<ICacheShardGrain>(shard).PageAsync(after, count);
        var rules = new Invalidations();
        foreach (var rule in await GrainFactory.GetGrain<IInvalidationGrain>(this.GetPrimaryKeyString()).RulesAfterAsync(0))
            rules.Apply(rule.ToRule());
        return new TransferPage(
            [.. page.Where(a => !rules.Forbids(a.Answer.CreatedAt, a.Answer.RulesSeen, a.Fingerprint, cacheNamespace!, a.Answer.Tags)).Select(a => new TransferredAnswer
            {
                Partition = a.Partition,
                Fingerprint = a.Fingerprint,
                Question = a.Question,
                Answer = a.Answer,
                ExpiresAt = a.ExpiresAt,
                Namespace = cacheNamespace!,
            })],
            page.Length < count ? null : page[^1].Fingerprint);
    }

    public async Task<int> ImportAsync(TransferredAnswer[] answers)
    {
        var stored = 0;
        foreach (var some in answers.Chunk(Concurrency))
            stored += (await Task.WhenAll(some.Select(StoreAsync))).Count(static s => s);
        return stored;
    }

    private async Task<bool> StoreAsync(TransferredAnswer answer)
    {
        var seconds = (answer.ExpiresAt - time.GetUtcNow()).TotalSeconds;
        if (seconds < 1)
            return false;
        var write = await cache.ToWriteAsync(this.GetPrimaryKeyString(), answer, (int)Math.Min(CacheOptions.LongestTimeToLive.TotalSeconds, seconds));
        await shards.WriteAsync(answer.Namespace, cache.PartitionKey(answer.Partition), write);
        return true;
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (!_dirty)
            return;
        _dirty = false;
        try
        {
            await state.WriteStateAsync(cancellationToken);
        }
        catch (Exception e)
        {
            // The next turn of the timer tries again.
            _dirty = true;
            CacheLog.PartitionsNotSaved(logger, e, this.GetPrimaryKeyString());
        }
    }
}

/// <summary>A tenant's partitions and the namespace of each, as stored.</summary>
[GenerateSerializer, Alias("orleansllm.cache.partitions.state.v1")]
internal sealed class TenantPartitions
{
    [Id(0)]
    public Dictionary<string, string> Namespaces { get; set; } = new(StringComparer.Ordinal);
}
