using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

/// <summary>A status that is asked for again beside its use while it is young, and waited for by everybody once it is old.</summary>
/// <param name="ask">Asks its owner. What it throws reaches those who wait.</param>
/// <param name="time">Judges age.</param>
internal sealed class RecentStatus(Func<Task<RiskStatus>> ask, TimeProvider time)
{
    /// <summary>Age from which it is asked for again, and the least time between two questions.</summary>
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(1);

    /// <summary>Age from which nothing is decided by it: labels may have stopped what it allows.</summary>
    public static readonly TimeSpan TooOldAfter = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private RiskStatus? _status;
    private long _learntAt;
    private long _askedAt;
    private Task<RiskStatus>? _asked;

    public ValueTask<RiskStatus> GetAsync()
    {
        lock (_lock)
        {
            var age = _status is null ? TimeSpan.MaxValue : time.GetElapsedTime(_learntAt);
            if (age < RefreshAfter)
                return new(_status!);
            if (_asked is null || (_asked.IsCompleted && time.GetElapsedTime(_askedAt) >= RefreshAfter))
            {
                _askedAt = time.GetTimestamp();
                _asked = AskAsync();
            }

            return age < TooOldAfter ? new(_status!) : new(_asked);
        }
    }

    /// <summary>Takes over what its owner said unasked.</summary>
    public void Learn(RiskStatus status)
    {
        lock (_lock)
        {
            _status = status;
            _learntAt = time.GetTimestamp();
        }
    }

    private async Task<RiskStatus> AskAsync()
    {
        // Not on in the turn of the grain that happens to ask: others wait for it too.
        var status = await ask().ConfigureAwait(false);
        Learn(status);
        return status;
    }
}
