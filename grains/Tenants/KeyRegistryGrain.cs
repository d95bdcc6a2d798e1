using Microsoft.Extensions.Logging;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Grains.Tenants;

/// <inheritdoc cref="IKeyRegistryGrain"/>
/// <remarks>A change is stored before it is seen by anybody. Not reentrant: changes come one after the other.</remarks>
internal sealed partial class KeyRegistryGrain(KeyStore store, TimeProvider time, ILogger<KeyRegistryGrain> logger) : Grain, IKeyRegistryGrain
{
    private const int PageSize = 500;
    private const int CompactAfter = 10_000;

    private readonly Dictionary<string, VirtualKey> _keys = new(StringComparer.Ordinal);
    private IShardLog _log = null!;
    private long _sequence;
    private int _lines;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _log = await store.Logs.OpenAsync("keys", cancellationToken);
        await foreach (var lines in _log.ReadAsync(cancellationToken))
        {
            foreach (var line in lines)
                Take(VirtualKey.FromUtf8Json(line));
        }
    }

    public ValueTask<KeyPage> AfterAsync(long sequence)
    {
        if (sequence >= _sequence)
            return new(new KeyPage([], More: false));
        var changed = _keys.Values.Where(k => k.Sequence > sequence).OrderBy(static k => k.Sequence).Take(PageSize + 1).ToList();
        return new(new KeyPage([.. changed.Take(PageSize).Select(static k => k.ToUtf8Json())], changed.Count > PageSize));
    }

    public async Task<bool> PutAsync(byte[] key, long expectedSequence)
    {
        // Follows the clock, so that it goes on rising if the store loses everything.
        var next = VirtualKey.FromUtf8Json(key) with { Sequence = Math.Max(_sequence + 1, time.GetUtcNow().UtcTicks) };
        if ((_keys.TryGetValue(next.Id, out var now) ? now.Sequence : 0) != expectedSequence)
            return false;
        var outcome = await _log.AppendAsync([next.ToUtf8Json()], CancellationToken.None);
        // The store was emptied: no key is lost, and above all none that was revoked is forgotten.
        if (outcome == ShardWriteOutcome.Lost)
            outcome = await _log.RestoreAsync([.. _keys.Values.Append(next).Select(static k => k.ToUtf8Json())], CancellationToken.None);
        if (outcome != ShardWriteOutcome.Written)
        {
            DeactivateOnIdle();
            throw new InvalidOperationException("Another activation keeps the keys now.");
        }

        Take(next);
        if (_lines > CompactAfter + (2 * _keys.Count))
            await CompactAsync();
        return true;
    }

    private async Task CompactAsync()
    {
        try
        {
            if (await _log.BeginSnapshotAsync(CancellationToken.None) == ShardWriteOutcome.Written
                && await _log.AddToSnapshotAsync([.. _keys.Values.Select(static k => k.ToUtf8Json())], CancellationToken.None) == ShardWriteOutcome.Written
                && await _log.SwitchToSnapshotAsync([], CancellationToken.None) == ShardWriteOutcome.Written)
                _lines = _keys.Count;
        }
        catch (Exception e)
        {
            // The key is stored; who made it must be told so, for its secret is shown only once.
            NotCompacted(logger, e);
        }
    }

    private void Take(VirtualKey key)
    {
        _keys[key.Id] = key;
        _sequence = Math.Max(_sequence, key.Sequence);
        _lines++;
    }

    [LoggerMessage(330, LogLevel.Warning, "The log of the virtual keys could not be shortened; it is tried again later")]
    private static partial void NotCompacted(ILogger logger, Exception exception);
}
