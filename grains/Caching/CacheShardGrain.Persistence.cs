using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Caching;

// Invariant: contents = what the log holds, then _pending in order. A frame stays in _pending until the store has it.
internal sealed partial class CacheShardGrain
{
    private const int SnapshotChunk = 512;
    private static readonly TimeSpan SlowWrite = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly List<byte[]> _pending = [];
    private ShardRecordCodec _codec = null!;
    private IShardLog? _log;
    private IGrainTimer? _flushTimer;
    private List<byte[]>? _sinceSnapshot;
    private int _logLength;
    private bool _snapshotDue;
    private bool _loaded;
    private Task _flush = Task.CompletedTask;
    private bool _flushScheduled;
    private TimeSpan _retry;

    private void CreateTimers()
    {
        var never = Timeout.InfiniteTimeSpan;
        _flushTimer = this.RegisterGrainTimer(FlushAsync, new GrainTimerCreationOptions { DueTime = never, Period = never, Interleave = true });
        _copyTimer = this.RegisterGrainTimer(CopyAsync, new GrainTimerCreationOptions { DueTime = never, Period = never, Interleave = true, KeepAlive = true });
        // No write comes between: the turn is the shard's own.
        _commitTimer = this.RegisterGrainTimer(CommitAsync, new GrainTimerCreationOptions { DueTime = never, Period = never, KeepAlive = true });
    }

    private void Queue(byte[] frame)
    {
        _pending.Add(frame);
        if (_pending.Count > _options.WriteQueue)
        {
            var surplus = _pending.Count - _options.WriteQueue;
            _pending.RemoveRange(0, surplus);
            CacheLog.WritesDropped(logger, ShardId, surplus);
            // Removals are among what was dropped, of answers called wrong: the log would bring those back.
            _snapshotDue |= _loaded;
        }

        ScheduleFlush();
    }

    // Not put off by later writes: the first of a batch waits one interval at most.
    private void ScheduleFlush()
    {
        if (_flushScheduled)
            return;
        _flushScheduled = true;
        _flushTimer?.Change(_retry > _options.FlushInterval ? _retry : _options.FlushInterval, Timeout.InfiniteTimeSpan);
    }

    // One at a time; who comes meanwhile waits for the one under way and then writes what is left.
    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        _flushScheduled = false;
        while (!_flush.IsCompleted)
            await _flush;
        await (_flush = WriteOutAsync(cancellationToken));
    }

    private async Task WriteOutAsync(CancellationToken cancellationToken)
    {
        var failed = false;
        try
        {
            if (!_loaded)
                await TryLoadAsync(cancellationToken);
            if (!_loaded)
                return;
            await AppendPendingAsync(cancellationToken);
            if (_snapshotDue || (_logLength > 1024 && _logLength > 2 * _contents.Count))
                await WriteSnapshotAsync(cancellationToken);
        }
        catch (Exception e)
        {
            failed = true;
            CacheLog.WritesQueued(logger, e, ShardId, _pending.Count);
        }
        finally
        {
            _sinceSnapshot = null;
            // A store that is away is asked ever more rarely.
            _retry = failed || !_loaded ? TimeSpan.FromTicks(Math.Max(_options.FlushInterval.Ticks, Math.Min(2 * _retry.Ticks, LongestRetry.Ticks))) : TimeSpan.Zero;
            if (!_loaded || _pending.Count > 0 || _snapshotDue)
                ScheduleFlush();
        }
    }

    // Throws where the store is out of reach.
    private async Task AppendPendingAsync(CancellationToken cancellationToken)
    {
        if (_pending.Count == 0)
            return;
        var batch = _pending.ToArray();
        var started = time.GetTimestamp();
        if (Stopped(await _log!.AppendAsync(batch, cancellationToken)))
            return;
        if (time.GetElapsedTime(started) is var took && took > SlowWrite)
            CacheLog.WritesSlow(logger, ShardId, batch.Length, (int)took.TotalMilliseconds);
        _logLength += batch.Length;
        _sinceSnapshot?.AddRange(batch);
        // Writes that came meanwhile stand behind the batch; the bound may have cut its head.
        var written = new HashSet<byte[]>(batch);
        _pending.RemoveAll(written.Contains);
    }

    // Entry by entry as it is by then: later records of the same entry stand behind the snapshot and win.
    private async Task WriteSnapshotAsync(CancellationToken cancellationToken)
    {
        if (Stopped(await _log!.BeginSnapshotAsync(cancellationToken)))
            return;
        _sinceSnapshot = [];
        var written = 0;
        foreach (var chunk in _contents.Fingerprints.ToArray().Chunk(SnapshotChunk))
        {
            var now = time.GetUtcNow();
            var frames = chunk.Select(f => _contents.Export(f, now)).OfType<CacheEntry>().Select(e => _codec.Encode(ShardRecord.Put(e))).ToArray();
            written += frames.Length;
            if (Stopped(await _log.AddToSnapshotAsync(frames, cancellationToken)))
                return;
            // A long snapshot keeps nobody's write waiting.
            await AppendPendingAsync(cancellationToken);
        }

        if (Stopped(await _log.SwitchToSnapshotAsync(_sinceSnapshot, cancellationToken)))
            return;
        _logLength = written + _sinceSnapshot.Count;
        _snapshotDue = false;
    }

    // A later activation owns the log, or the store has been emptied: what this one holds may be stale, so it serves nothing more.
    private bool Stopped(ShardWriteOutcome outcome)
    {
        if (outcome == ShardWriteOutcome.Written)
            return false;
        CacheLog.Fenced(logger, ShardId);
        _pending.Clear();
        _contents = new ShardContents(Dimension, Limits);
        _split = null;
        _snapshotDue = false;
        _logLength = 0;
        DeactivateOnIdle();
        return true;
    }

    private async Task TryLoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            _log = await store.OpenAsync(ShardId, cancellationToken);
            var stored = new ShardContents(Dimension, Limits);
            var (damaged, total) = (0, 0);
            await foreach (var chunk in _log.ReadAsync(cancellationToken))
            {
                foreach (var frame in chunk)
                {
                    total++;
                    if (_codec.Decode(frame) is { } record)
                        stored.Replay(record);
                    else
                        damaged++;
                }
            }

            if (damaged > 0)
                CacheLog.DamagedRecords(logger, ShardId, damaged, total);
            // What was written while the store was out of reach is newer.
            foreach (var frame in _pending)
            {
                if (_codec.Decode(frame) is { } record)
                    stored.Replay(record);
            }

            stored.Trim(time.GetUtcNow());
            _contents = stored;
            _logLength = total;
            _loaded = true;
        }
        catch (Exception e)
        {
            CacheLog.ShardNotLoaded(logger, e, ShardId);
            return;
        }

        // A split that the map knows may have been cut off before the shard let go of what it gave away.
        if (await TryReadMapAsync() is { } map)
            KeepOwn(map);
    }
}
