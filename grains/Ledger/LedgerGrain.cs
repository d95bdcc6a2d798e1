using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Ledger;

namespace OrleansLlm.Grains.Ledger;

/// <inheritdoc cref="ILedgerGrain"/>
/// <remarks>
/// Entries go to the store before the totals; totals are rebuilt at activation from the latest snapshot and the entries after it,
/// so that a lost activation loses nothing that was stored. An entry handed over twice (its first reply was lost) counts once.
/// </remarks>
internal sealed class LedgerGrain(ILedgerStore store, ILogger<LedgerGrain> logger) : Grain, ILedgerGrain
{
    private const int SnapshotEvery = 2000;
    private const int ReadChunk = 1000;
    private const int RememberedIds = 20_000;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<string> _seenOrder = new();
    private LedgerTotals _totals = new();
    private long _count;
    private long _snapshotCount;

    private string Tenant => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadSnapshotAsync(Tenant, cancellationToken) is { Length: > 8 } snapshot)
        {
            _count = BinaryPrimitives.ReadInt64LittleEndian(snapshot);
            _totals = LedgerTotals.FromUtf8Json(snapshot.AsSpan(8));
        }

        _snapshotCount = _count;
        // A few entries before the snapshot, too: a batch sent again after a lost reply may stand there.
        var from = Math.Max(0, _count - ReadChunk);
        while (true)
        {
            var entries = await store.ReadAsync(Tenant, from, ReadChunk, cancellationToken);
            foreach (var bytes in entries)
            {
                if (Read(bytes) is { } entry && Remember(entry.RequestId) && from >= _count)
                    _totals.Add(entry);
                from++;
            }

            if (entries.Count < ReadChunk)
                break;
        }

        _count = Math.Max(_count, from);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_count > _snapshotCount)
            await WriteSnapshotAsync(cancellationToken);
    }

    public async Task AppendAsync(byte[] entries)
    {
        var fresh = new List<(byte[] Bytes, LedgerEntry Entry)>();
        foreach (var range in entries.AsSpan().Split((byte)'\n'))
        {
            var bytes = entries.AsSpan()[range].ToArray();
            if (bytes.Length > 0 && Read(bytes) is { } entry && !_seen.Contains(entry.RequestId))
                fresh.Add((bytes, entry));
        }

        if (fresh.Count == 0)
            return;
        _count = await store.AppendAsync(Tenant, [.. fresh.Select(static f => f.Bytes)], CancellationToken.None);
        foreach (var (_, entry) in fresh)
        {
            if (Remember(entry.RequestId))
                _totals.Add(entry);
        }

        if (_count - _snapshotCount >= SnapshotEvery)
            await WriteSnapshotAsync(CancellationToken.None);
    }

    public Task<byte[]> TotalsAsync() => Task.FromResult(_totals.ToUtf8Json());

    private async Task WriteSnapshotAsync(CancellationToken cancellationToken)
    {
        var json = _totals.ToUtf8Json();
        var snapshot = new byte[8 + json.Length];
        BinaryPrimitives.WriteInt64LittleEndian(snapshot, _count);
        json.CopyTo(snapshot, 8);
        try
        {
            await store.WriteSnapshotAsync(Tenant, snapshot, cancellationToken);
            _snapshotCount = _count;
        }
        catch (Exception e)
        {
            LedgerLog.NotStored(logger, e, 0, Tenant);
        }
    }

    private LedgerEntry? Read(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, LedgerJson.Default.LedgerEntry);
        }
        catch (JsonException)
        {
            LedgerLog.Unreadable(logger, Tenant);
            return null;
        }
    }

    private bool Remember(string requestId)
    {
        if (!_seen.Add(requestId))
            return false;
        _seenOrder.Enqueue(requestId);
        if (_seenOrder.Count > RememberedIds)
            _seen.Remove(_seenOrder.Dequeue());
        return true;
    }
}
