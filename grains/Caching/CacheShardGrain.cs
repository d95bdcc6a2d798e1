using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Placement;

namespace OrleansLlm.Grains.Caching;

/// <inheritdoc cref="ICacheShardGrain"/>
/// <remarks>
/// Served from memory. <c>.Persistence</c> keeps the log: while the store is out of reach the shard goes on from memory and its queue of writes
/// is bounded. <c>.Split</c> moves half of a full shard to a new one.
/// </remarks>
[Immovable]
internal sealed partial class CacheShardGrain(
    IShardStore store,
    ShardCipherSource cipher,
    ServedPrices prices,
    ISiloStatusOracle silos,
    IOptions<CacheOptions> options,
    TimeProvider time,
    ILogger<CacheShardGrain> logger) : Grain, ICacheShardGrain
{
    /// <summary>Components of the shipped embedder's vectors.</summary>
    public const int Dimension = 384;

    private readonly CacheOptions _options = options.Value;
    private ShardContents _contents = null!;

    private string ShardId => this.GetPrimaryKeyString();

    // Room beyond the size at which a shard splits: for what comes while it does, and for one that cannot.
    private ShardLimits Limits => new(_options.ShardCapacity + _options.ShardCapacity / 2, _options.ShardBytes, _options.HitHalfLife);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _contents = new ShardContents(Dimension, Limits);
        _codec = new ShardRecordCodec(ShardId, cipher.Cipher);
        CreateTimers();
        await TryLoadAsync(cancellationToken);
        if (!_loaded)
            ScheduleFlush();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        if (!silos.AreEnding(reason))
            await EndTellingAsync();
    }

    public ValueTask<ShardReply> LookupAsync(ShardQuery query)
    {
        if (query.MapVersion < _splitVersion)
            return new(new ShardReply { Moved = true });
        Serves(query.TenantId);
        var now = time.GetUtcNow();
        TimeSpan? maxAge = query.MaxAgeSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        if (_contents.Find(query.Fingerprint, now) is { } exact && (maxAge is null || now - exact.CreatedAt <= maxAge))
            return new(new ShardReply { Candidates = [Candidate(exact, 1f, now)] });
        if (query.Embedding.Length == 0)
            return new(new ShardReply());
        var vector = MemoryMarshal.Cast<byte, float>(query.Embedding);
        var nearest = _contents.Nearest(vector, query.Top, query.MinimumCosine, now, maxAge);
        return new(new ShardReply { Candidates = [.. nearest.Select(n => Candidate(n.Entry, n.Cosine, now))] });
    }

    public ValueTask<StoredAnswer?> ReadAsync(string fingerprint) => new(_contents.Hit(fingerprint, time.GetUtcNow()) is { } entry
        ? new StoredAnswer { Body = entry.Answer, Model = entry.Model, Usage = StoredUsage.From(entry.Usage), CreatedAt = entry.CreatedAt, Tags = [.. entry.Tags], RulesSeen = entry.RulesSeen }
        : null);

    public ValueTask<bool> WriteAsync(ShardWrite write)
    {
        if (write.MapVersion < _splitVersion)
            return new(false);
        var now = time.GetUtcNow();
        var usage = write.Answer.Usage.ToUsage();
        var cost = prices.Find(write.Answer.Model, now) is { } price ? CostCalculator.Cost(price, usage) : 0;
        var entry = new CacheEntry
        {
            Fingerprint = write.Fingerprint,
            Question = write.Question,
            Embedding = MemoryMarshal.Cast<byte, float>(write.Embedding).ToArray(),
            Model = write.Answer.Model,
            CreatedAt = write.Answer.CreatedAt,
            RulesSeen = write.Answer.RulesSeen,
            ExpiresAt = now + TimeSpan.FromSeconds(write.TimeToLiveSeconds),
            Usage = usage,
            Worth = EntryWorth.New(cost, now),
            Answer = write.Answer.Body,
            Tags = write.Answer.Tags,
        };
        var left = _contents.Put(entry, now);
        // One that was not let in replaced an earlier one all the same.
        if (!left.Contains(entry.Fingerprint))
            Record(ShardRecord.Put(_contents.Export(entry.Fingerprint, now)!));
        foreach (var fingerprint in left)
            Record(ShardRecord.Remove(fingerprint));
        ConsiderSplit(now);
        Serves(write.TenantId);
        return new(true);
    }

    public ValueTask<TransferredAnswer[]> PageAsync(string? after, int count) => new([.. _contents.Page(after, count, time.GetUtcNow()).Select(e => new TransferredAnswer
    {
        Partition = ShardId[..ShardId.IndexOf('.', StringComparison.Ordinal)],
        Fingerprint = e.Fingerprint,
        Question = e.Question,
        Answer = new StoredAnswer { Body = e.Answer, Model = e.Model, Usage = StoredUsage.From(e.Usage), CreatedAt = e.CreatedAt, Tags = [.. e.Tags], RulesSeen = e.RulesSeen },
        ExpiresAt = e.ExpiresAt,
    })]);

    public ValueTask RemoveAsync(string fingerprint)
    {
        _contents.Remove(fingerprint);
        Record(ShardRecord.Remove(fingerprint));
        return default;
    }

    private static ShardCandidate Candidate(CacheEntry entry, float cosine, DateTimeOffset now) => new()
    {
        Fingerprint = entry.Fingerprint,
        Question = entry.Question,
        Cosine = cosine,
        AgeSeconds = Math.Max(0, (now - entry.CreatedAt).TotalSeconds),
    };

    private void Record(ShardRecord record)
    {
        Queue(_codec.Encode(record));
        _split?.Changes.Add(record);
    }
}
