using System.Collections.Concurrent;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Authentication;

/// <summary>
/// This process's copy of the keys. It is trusted for half a second from the moment it was asked for, and read again before that has passed; where it
/// cannot be read, no key of it opens anything. So a revocation holds everywhere once that time has passed, without anybody being told.
/// </summary>
internal sealed class KeyView(IClusterClient cluster, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<KeyView> logger) : BackgroundService, IVirtualKeys
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, VirtualKey> _keys = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private long _sequence;
    private long _readAt;
    private long _failedAt = -1;

    /// <inheritdoc/>
    public async ValueTask<VirtualKey?> FindAsync(string text)
    {
        if (!IsTrusted && !await RefreshAsync())
            throw new KeysUnknownException();
        if (KeyText.IdOf(text) is { } id && _keys.TryGetValue(id, out var key))
            return key.Matches(text, time.GetUtcNow()) ? key : null;
        KeyHash.MatchNobody(text);
        return null;
    }

    /// <summary>The key of an id, as old as this process's copy; null where there is none.</summary>
    /// <exception cref="KeysUnknownException">The keys are out of reach.</exception>
    public async ValueTask<VirtualKey?> CurrentAsync(string id)
    {
        if (!IsTrusted && !await RefreshAsync())
            throw new KeysUnknownException();
        return _keys.GetValueOrDefault(id);
    }

    /// <summary>The keys of a tenant, the newest first.</summary>
    /// <exception cref="KeysUnknownException">The keys are out of reach.</exception>
    public async Task<IReadOnlyList<VirtualKey>> ListAsync(string tenantId)
    {
        if (!await RefreshAsync())
            throw new KeysUnknownException();
        return [.. _keys.Values.Where(k => k.TenantId == tenantId).OrderByDescending(static k => k.CreatedAt)];
    }

    /// <summary>The key of an id as it is now.</summary>
    /// <exception cref="KeysUnknownException">The keys are out of reach.</exception>
    public async Task<VirtualKey?> GetAsync(string id)
    {
        if (!await RefreshAsync())
            throw new KeysUnknownException();
        return _keys.GetValueOrDefault(id);
    }

    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        // Before the silo beside it stops answering, not after.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                // Where there are no keys nobody asks for them, and the first that does reads them.
                if (!_keys.IsEmpty)
                    await RefreshAsync();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private bool IsTrusted
    {
        get
        {
            var readAt = Volatile.Read(ref _readAt);
            return readAt != 0 && time.GetElapsedTime(readAt) < IKeyRegistryGrain.TrustedFor;
        }
    }

    private async Task<bool> RefreshAsync()
    {
        var wanted = time.GetTimestamp();
        await _reading.WaitAsync();
        try
        {
            // Somebody read them while this one waited.
            if (Volatile.Read(ref _readAt) >= wanted)
                return true;
            // Or could not: were each of those that wait to try for itself, the last would wait for all.
            if (_failedAt >= wanted)
                return false;
            while (true)
            {
                var asked = time.GetTimestamp();
                var page = await cluster.GetGrain<IKeyRegistryGrain>(0).AfterAsync(_sequence).AsTask().WaitAsync(Patience, time);
                foreach (var json in page.Keys)
                {
                    var key = VirtualKey.FromUtf8Json(json);
                    _keys[key.Id] = key;
                    _sequence = Math.Max(_sequence, key.Sequence);
                }

                if (page.More)
                    continue;
                Volatile.Write(ref _readAt, asked);
                return true;
            }
        }
        catch (Exception e)
        {
            if (!lifetime.ApplicationStopping.IsCancellationRequested)
                ApiLog.KeysUnknown(logger, e);
            _failedAt = time.GetTimestamp();
            return false;
        }
        finally
        {
            _reading.Release();
        }
    }
}
