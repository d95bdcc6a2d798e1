using System.Runtime.CompilerServices;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Silo.Storage;

/// <summary>One opening of a shard in files (<see cref="FileShardStore"/>). What is written outlives the process when a call returns, and a power cut a second later.</summary>
internal sealed class FileShardLog : IShardLog
{
    private readonly ShardFolder _folder;
    private readonly long _opening;
    private readonly FileSync _sync;
    private long? _log;
    private long? _length;
    private long? _snapshot;
    private long _snapshotLength;

    public FileShardLog(ShardFolder folder, (long Opening, long? Log) opened, FileSync sync) => (_folder, (_opening, _log), _sync) = (folder, opened, sync);

    public async IAsyncEnumerable<IReadOnlyList<byte[]>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_log is not { } log)
            yield break;
        await using var file = Open(log);
        while (_length is not { } end || file.Position < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var at = file.Position;
            if (await Task.Run(() => ShardBatch.Read(file), cancellationToken) is not { } frames)
            {
                _length ??= at;
                yield break;
            }

            yield return frames;
        }
    }

    public Task<ShardWriteOutcome> AppendAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellationToken) =>
        Task.Run(() => Write(() => Append(frames)), cancellationToken);

    public Task<ShardWriteOutcome> BeginSnapshotAsync(CancellationToken cancellationToken) => Task.Run(
        () => Write(() =>
        {
            _snapshot = NextLog;
            _snapshotLength = ShardBatch.Write(_folder.Snapshot(_snapshot.Value), FileMode.Create, 0, []);
        }),
        cancellationToken);

    public Task<ShardWriteOutcome> AddToSnapshotAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellationToken) =>
        Task.Run(() => Write(() => AddToSnapshot(frames)), cancellationToken);

    public Task<ShardWriteOutcome> SwitchToSnapshotAsync(IReadOnlyList<byte[]> appendedSince, CancellationToken cancellationToken) => FileSync.OnThreadOfItsOwn(
        () => Write(() =>
        {
            AddToSnapshot(appendedSince, throughToDisk: true);
            var old = _log;
            var next = NextLog;
            File.Move(_folder.Snapshot(Begun), _folder.Log(next));
            (_log, _length, _snapshot) = (next, _snapshotLength, null);
            if (old is { } before)
                DeleteQuietly(_folder.Log(before));
        }));

    public Task<ShardWriteOutcome> RestoreAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellationToken) => Task.Run(
        () => _folder.Write(_opening, () =>
        {
            (_log, _length, _snapshot) = (null, null, null);
            Append(frames);
            return ShardWriteOutcome.Written;
        }),
        cancellationToken);

    // A shard may get its first log while its first snapshot is being written.
    private long NextLog => _log + 1 ?? 0;

    private long Begun => _snapshot ?? throw new InvalidOperationException("No snapshot was begun.");

    private void Append(IReadOnlyList<byte[]> frames)
    {
        if (_log is null)
            _length = 0;
        var log = _log ?? 0;
        _length = ShardBatch.Write(_folder.Log(log), _log is null ? FileMode.Create : FileMode.Open, _length ?? End(log), frames);
        _log = log;
        _sync.Written(_folder.Log(log));
    }

    private void AddToSnapshot(IReadOnlyList<byte[]> frames, bool throughToDisk = false) =>
        _snapshotLength = ShardBatch.Write(_folder.Snapshot(Begun), FileMode.Open, _snapshotLength, frames, throughToDisk);

    // Where the last whole batch ends: what follows it never counted.
    private long End(long log)
    {
        using var file = Open(log);
        long end;
        do
        {
            end = file.Position;
        }
        while (ShardBatch.Read(file) is not null);
        return end;
    }

    private FileStream Open(long log) => new(_folder.Log(log), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 65536);

    private ShardWriteOutcome Write(Action write) => _folder.Write(_opening, () =>
    {
        if (_log is { } log && !File.Exists(_folder.Log(log)))
            return ShardWriteOutcome.Lost;
        write();
        return ShardWriteOutcome.Written;
    });

    // The next opening deletes what is left.
    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
