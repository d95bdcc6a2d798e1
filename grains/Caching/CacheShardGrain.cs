using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

/// <inheritdoc cref="ICacheShardGrain"/>
/// <remarks>
/// Served from memory; the store holds a log of records, appended in write-behind batches. While the store is out of reach
/// the shard goes on from memory and its queue of writes is bounded.
/// </remarks>
[Immovable]
internal sealed class CacheShardGrain(
    IShardStore store, IOptions<CacheOptions> options, TimeProvider time, ILogger<CacheShardGrain> logger) : Grain, ICacheShardGrain
{
    /// <summary>Components of the shipped embedder's vectors.</summary>
    public const int Dimension = 384;

    private readonly CacheOptions _options = options.Value;
    private readonly List<byte[]> _pending = [];
    private ShardContents _contents = new(Dimension, options.Value.ShardCapacity);
    private IGrainTimer? _flushTimer;
    private bool _loaded;
    private bool _flushing;

    private string ShardId => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _flushTimer = this.RegisterGrainTimer(
            FlushAsync, new GrainTimerCreationOptions { DueTime = Timeout.InfiniteTimeSpan, Period = Timeout.InfiniteTimeSpan, Interleave = true });
        await TryLoadAsync(cancellationToken);
        if (!_loaded)
            ScheduleFlush();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => FlushAsync(cancellationToken);

    public ValueTask<ShardCandidate[]> LookupAsync(ShardQuery query)
    {
        var now = time.GetUtcNow();
        TimeSpan? maxAge = query.MaxAgeSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        if (_contents.Find(query.Fingerprint, now) is { } exact && (maxAge is null || now - exact.CreatedAt <= maxAge))
            return new([Candidate(exact, 1f, now)]);
        if (query.Embedding.Length == 0)
            return new([]);
        var vector = MemoryMarshal.Cast<byte, float>(query.Embedding);
        var nearest = _contents.Nearest(vector, query.Top, query.MinimumCosine, now, maxAge);
        return new(nearest.Select(n => Candidate(n.Entry, n.Cosine, now)).ToArray());
    }

    public ValueTask<StoredAnswer?> ReadAsync(string fingerprint) => new(_contents.Find(fingerprint, time.GetUtcNow()) is { } entry
        ? new StoredAnswer { Body = entry.Answer, Model = entry.Model, Usage = StoredUsage.From(entry.Usage), CreatedAt = entry.CreatedAt, Tags = [.. entry.Tags] }
        : null);

    public ValueTask WriteAsync(ShardWrite write)
    {
        var now = time.GetUtcNow();
        Record(ShardRecord.Put(new CacheEntry
        {
            Fingerprint = write.Fingerprint,
            Question = write.Question,
            Embedding = MemoryMarshal.Cast<byte, float>(write.Embedding).ToArray(),
            Model = write.Answer.Model,
            CreatedAt = write.Answer.CreatedAt,
            ExpiresAt = now + TimeSpan.FromSeconds(write.TimeToLiveSeconds),
            Usage = write.Answer.Usage.ToUsage(),
            Answer = write.Answer.Body,
            Tags = write.Answer.Tags,
        }));
        return default;
    }

    public ValueTask RemoveAsync(string fingerprint)
    {
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
        foreach (var evicted in _contents.Apply(record))
            _pending.Add(ShardRecordCodec.Encode(ShardRecord.Remove(evicted)));
        _pending.Add(ShardRecordCodec.Encode(record));
        if (_pending.Count > _options.WriteQueue)
        {
            var surplus = _pending.Count - _options.WriteQueue;
            _pending.RemoveRange(0, surplus);
            CacheLog.WritesDropped(logger, ShardId, surplus);
        }

        ScheduleFlush();
    }

    private void ScheduleFlush() => _flushTimer?.Change(_options.FlushInterval, Timeout.InfiniteTimeSpan);

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_flushing)
        {
            ScheduleFlush();
            return;
        }

        _flushing = true;
        try
        {
            if (!_loaded)
                await TryLoadAsync(cancellationToken);
            if (!_loaded || _pending.Count == 0)
                return;
            var batch = _pending.ToArray();
            try
            {
                await store.AppendAsync(ShardId, batch, cancellationToken);
                // Writes that came meanwhile stand behind the batch; the bound may have cut its head.
                _pending.RemoveAll(new HashSet<byte[]>(batch).Contains);
            }
            catch (Exception e)
            {
                CacheLog.WritesQueued(logger, e, ShardId, batch.Length);
            }
        }
        finally
        {
            _flushing = false;
            if (!_loaded || _pending.Count > 0)
                ScheduleFlush();
        }
    }

    private async Task TryLoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var frames = await store.LoadAsync(ShardId, cancellationToken);
            var stored = new ShardContents(Dimension, _options.ShardCapacity);
            var damaged = 0;
            foreach (var frame in frames)
            {
                if (ShardRecordCodec.Decode(frame) is { } record)
                    stored.Apply(record);
                else
                    damaged++;
            }

            stored.DropExpired(time.GetUtcNow());
            if (damaged > 0)
                CacheLog.DamagedRecords(logger, ShardId, damaged, frames.Count);
            if (frames.Count > 1024 && frames.Count > 2 * stored.Count)
                await store.ReplaceAsync(ShardId, [.. stored.Entries.Select(e => ShardRecordCodec.Encode(ShardRecord.Put(e)))], cancellationToken);
            // What was written while the store was out of reach is newer.
            foreach (var frame in _pending)
            {
                if (ShardRecordCodec.Decode(frame) is { } record)
                    stored.Apply(record);
            }

            _contents = stored;
            _loaded = true;
        }
        catch (Exception e)
        {
            CacheLog.ShardNotLoaded(logger, e, ShardId);
        }
    }
}
