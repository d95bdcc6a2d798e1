using System.Runtime.InteropServices;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

// A split: copy to the new shard while this one goes on serving all, then in one turn of its own send what changed meanwhile, enter the split
// in the map, let go. The map is the switch: before it is saved the copy does not count (and is wiped by the next attempt); after it the
// originals do not (and are dropped on loading, should the process die before they were). So no entry is lost and none served twice.
internal sealed partial class CacheShardGrain
{
    private const int Sample = 4096;
    private const int ImportBatch = 256;
    private static readonly TimeSpan RetrySplit = TimeSpan.FromMinutes(1);

    private IGrainTimer? _copyTimer;
    private IGrainTimer? _commitTimer;
    private ShardSplit? _split;
    private DateTimeOffset _nextSplit;
    private int _splitVersion;

    public async ValueTask<bool> ImportAsync(byte[][] frames, bool first)
    {
        if (!_loaded)
            return false;
        if (first)
        {
            _contents = new ShardContents(Dimension, Limits);
            _snapshotDue = true;
        }

        var transfer = new ShardRecordCodec(ShardId, cipher: null);
        foreach (var frame in frames)
        {
            if (transfer.Decode(frame) is not { } record)
                return false;
            _contents.Replay(record);
            Queue(_codec.Encode(record));
        }

        await FlushAsync(CancellationToken.None);
        return _pending.Count == 0 && !_snapshotDue;
    }

    private ICachePartitionGrain Partition => GrainFactory.GetGrain<ICachePartitionGrain>(ShardId[..ShardId.LastIndexOf('/')]);

    private void ConsiderSplit(DateTimeOffset now)
    {
        if (_contents.Count < _options.ShardCapacity || _split is not null || !_loaded || now < _nextSplit)
            return;
        _nextSplit = now + RetrySplit;
        _copyTimer?.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private async Task CopyAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_split is not null || await TryReadMapAsync() is not { } map || map.CentroidOf(ShardId) is not { } centroid)
                return;
            KeepOwn(map);
            if (_contents.Count < _options.ShardCapacity || map.Shards.Count() >= _options.MaxShards)
                return;
            var sample = SampleVectors();
            if (await Task.Run(() => TwoMeans.Fit(sample, Dimension), cancellationToken) is not { } centroids)
            {
                CacheLog.NotSplit(logger, null, ShardId);
                return;
            }

            var split = new ShardSplit(centroid, map.NewShardOf(ShardId), centroids.First, centroids.Second);
            _split = split;
            var leaving = _contents.Fingerprints.Where(f => Leaves(split, f)).ToArray();
            var target = GrainFactory.GetGrain<ICacheShardGrain>(split.NewShard);
            var transfer = new ShardRecordCodec(split.NewShard, cipher: null);
            var done = await target.ImportAsync([], first: true);
            foreach (var batch in leaving.Chunk(ImportBatch))
            {
                var now = time.GetUtcNow();
                var frames = batch.Select(f => _contents.Export(f, now)).OfType<CacheEntry>().Select(e => transfer.Encode(ShardRecord.Put(e))).ToArray();
                done = done && ReferenceEquals(_split, split) && await target.ImportAsync(frames, first: false);
            }

            if (done)
            {
                _commitTimer?.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                return;
            }

            _split = null;
            CacheLog.NotSplit(logger, null, ShardId);
        }
        catch (Exception e)
        {
            _split = null;
            CacheLog.NotSplit(logger, e, ShardId);
        }
    }

    private async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_split is not { } split)
            return;
        try
        {
            var target = GrainFactory.GetGrain<ICacheShardGrain>(split.NewShard);
            var transfer = new ShardRecordCodec(split.NewShard, cipher: null);
            // Removals all go: to forget what one never had costs nothing.
            var changes = split.Changes.Where(c => c.Entry is null || !IsFirst(split, Vector(c.Entry))).Select(transfer.Encode).ToArray();
            foreach (var batch in changes.Chunk(ImportBatch))
            {
                if (!await target.ImportAsync(batch, first: false))
                {
                    CacheLog.NotSplit(logger, null, ShardId);
                    return;
                }
            }

            var saved = await Partition.SplitAsync(new PartitionSplit
            {
                Centroid = Bytes(split.Centroid),
                Shard = ShardId,
                NewShard = split.NewShard,
                First = Bytes(split.First),
                Second = Bytes(split.Second),
            });
            var before = _contents.Count;
            KeepOwn(saved.ToMap());
            if (_contents.Count < before)
                CacheLog.Split(logger, ShardId, before - _contents.Count, split.NewShard);
            _nextSplit = default;
        }
        catch (Exception e)
        {
            // Whether the map has the split is not known: the next activation reads it.
            CacheLog.NotSplit(logger, e, ShardId);
            DeactivateOnIdle();
        }
        finally
        {
            _split = null;
        }
    }

    private async Task<ShardMap?> TryReadMapAsync()
    {
        try
        {
            return (await Partition.GetMapAsync()).ToMap();
        }
        catch (Exception e)
        {
            CacheLog.MapNotRead(logger, e, ShardId);
            return null;
        }
    }

    // Lets go of entries whose home is another shard, and from then on tells callers with an older map to read it again.
    private void KeepOwn(ShardMap map)
    {
        if (map.Nodes.Count == 1 || map.CentroidOf(ShardId) is null)
            return;
        var away = _contents.Fingerprints.Where(f => map.Home(VectorOf(f)) != ShardId).ToArray();
        foreach (var fingerprint in away)
            _contents.Remove(fingerprint);
        if (away.Length > 0)
        {
            _snapshotDue = true;
            ScheduleFlush();
        }

        _splitVersion = map.Version;
    }

    private float[] SampleVectors()
    {
        var step = Math.Max(1, _contents.Count / Sample);
        return [.. _contents.Fingerprints.Where((_, i) => i % step == 0).SelectMany(VectorOf)];
    }

    private bool Leaves(ShardSplit split, string fingerprint) => !IsFirst(split, VectorOf(fingerprint));

    private float[] VectorOf(string fingerprint) =>
        _contents.Vector(fingerprint) is { Length: > 0 } vector ? vector.ToArray() : ShardMap.StandIn(fingerprint, Dimension);

    private static float[] Vector(CacheEntry entry) => entry.Embedding.Length == Dimension ? entry.Embedding : ShardMap.StandIn(entry.Fingerprint, Dimension);

    private static byte[] Bytes(float[] vector) => MemoryMarshal.AsBytes(vector.AsSpan()).ToArray();

    private static bool IsFirst(ShardSplit split, float[] vector) => TwoMeans.IsFirst(vector, split.First, split.Second);

    private sealed record ShardSplit(float[] Centroid, string NewShard, float[] First, float[] Second)
    {
        /// <summary>Records since the copy began.</summary>
        public List<ShardRecord> Changes { get; } = [];
    }
}
