using System.Globalization;
using System.Runtime.CompilerServices;
using OrleansLlm.Core.Caching;
using StackExchange.Redis;

namespace OrleansLlm.Silo.Storage;

/// <summary>One opening of a shard: every write is a transaction on the condition that no later one has been made.</summary>
internal sealed class RedisShardLog(IDatabase database, RedisShardKeys keys, long epoch, string current, TimeSpan lifetime) : IShardLog
{
    private const int Chunk = 1024;

    private string _current = current;
    private string? _snapshot;
    private int _snapshots;

    public async IAsyncEnumerable<IReadOnlyList<byte[]>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var at = 0L; ; at += Chunk)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var chunk = await database.ListRangeAsync(keys.Log(_current), at, at + Chunk - 1);
            if (chunk.Length > 0)
                yield return [.. chunk.Select(static v => (byte[])v!)];
            if (chunk.Length < Chunk)
                yield break;
        }
    }

    public Task<ShardWriteOutcome> AppendAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellationToken) =>
        WriteAsync(transaction => Push(transaction, _current, frames), cancellationToken);

    public async Task<ShardWriteOutcome> BeginSnapshotAsync(CancellationToken cancellationToken)
    {
        // The epoch in the name keeps two writers from ever meeting in one snapshot.
        var name = string.Create(CultureInfo.InvariantCulture, $"{epoch}.{++_snapshots}");
        var unfinished = _snapshot;
        var outcome = await WriteAsync(
            transaction =>
            {
                _ = transaction.StringSetAsync(keys.Snapshot, name);
                if (unfinished is not null)
                    _ = transaction.KeyDeleteAsync(keys.Log(unfinished));
            },
            cancellationToken);
        _snapshot = name;
        return outcome;
    }

    public Task<ShardWriteOutcome> AddToSnapshotAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellationToken) =>
        WriteAsync(transaction => Push(transaction, Begun(), frames), cancellationToken);

    public async Task<ShardWriteOutcome> SwitchToSnapshotAsync(IReadOnlyList<byte[]> appendedSince, CancellationToken cancellationToken)
    {
        var (old, name) = (_current, Begun());
        ShardWriteOutcome outcome;
        try
        {
            outcome = await WriteAsync(
                transaction =>
                {
                    Push(transaction, name, appendedSince);
                    _ = transaction.StringSetAsync(keys.Current, name);
                    _ = transaction.KeyDeleteAsync([keys.Snapshot, keys.Log(old)]);
                },
                cancellationToken);
        }
        catch (Exception)
        {
            // Whether it took place is not known; appends must go to the log that counts.
            var now = await database.StringGetAsync(keys.Current);
            if (now != name)
                throw;
            outcome = ShardWriteOutcome.Written;
        }

        if (outcome == ShardWriteOutcome.Written)
            (_current, _snapshot) = (name, null);
        return outcome;
    }

    public async Task<ShardWriteOutcome> RestoreAsync(IReadOnlyList<byte[]> frames, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var transaction = database.CreateTransaction();
        transaction.AddCondition(Condition.KeyNotExists(keys.Epoch));
        _ = transaction.StringSetAsync(keys.Epoch, epoch, lifetime);
        _ = transaction.StringSetAsync(keys.Current, _current, lifetime);
        _ = transaction.KeyDeleteAsync(keys.Log(_current));
        Push(transaction, _current, frames);
        _ = transaction.KeyExpireAsync(keys.Log(_current), lifetime);
        _snapshot = null;
        if (await transaction.ExecuteAsync())
            return ShardWriteOutcome.Written;
        // Whatever its number: an emptied store begins to count anew.
        return await database.KeyExistsAsync(keys.Epoch) ? ShardWriteOutcome.Fenced : throw Unconfirmed();
    }

    private string Begun() => _snapshot ?? throw new InvalidOperationException("No snapshot was begun.");

    private void Push(ITransaction transaction, string log, IReadOnlyList<byte[]> frames)
    {
        foreach (var chunk in frames.Chunk(Chunk))
            _ = transaction.ListRightPushAsync(keys.Log(log), [.. chunk.Select(static f => (RedisValue)f)]);
    }

    private async Task<ShardWriteOutcome> WriteAsync(Action<ITransaction> commands, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var transaction = database.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual(keys.Epoch, epoch));
        commands(transaction);
        // A shard that nobody writes to any more leaves the store once the last of its answers has expired.
        foreach (var key in (RedisKey[])[keys.Epoch, keys.Current, keys.Snapshot, keys.Log(_current), .. _snapshot is { } snapshot ? [keys.Log(snapshot)] : Array.Empty<RedisKey>()])
            _ = transaction.KeyExpireAsync(key, lifetime);
        if (await transaction.ExecuteAsync())
            return ShardWriteOutcome.Written;
        var owner = await database.StringGetAsync(keys.Epoch);
        if (owner.IsNull)
            return ShardWriteOutcome.Lost;
        return owner == epoch ? throw Unconfirmed() : ShardWriteOutcome.Fenced;
    }

    // A store that stands still for a moment ends a transaction in the same way as a condition that does not hold.
    private static TimeoutException Unconfirmed() => new("The store did not confirm in time whose this log is.");
}
