using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Caching;

/// <summary>
/// The thresholds of this silo's partition classes, at most a second old where requests come steadily. A request waits only where none is
/// known, or one from long ago; otherwise the refresh goes on beside it.
/// </summary>
internal sealed class RiskThresholds(IGrainFactory grains, TimeProvider time, ILogger<RiskThresholds> logger)
{
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TooOldAfter = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>The class whose errors count together for a query: its tenant.</summary>
    public static string ClassOf(Query query) => query.Request.TenantId;

    /// <summary>The status of a class. Throws where none is known and the grain cannot be reached: without it nothing is served by meaning.</summary>
    public ValueTask<RiskStatus> GetAsync(string riskClass)
    {
        if (!_known.TryGetValue(riskClass, out var known))
            return new(FetchAsync(riskClass));
        var age = time.GetElapsedTime(known.At);
        if (age < RefreshAfter)
            return new(known.Status);
        // One refresh at a time: whoever moves the time stamp goes.
        var refreshes = _known.TryUpdate(riskClass, known with { At = time.GetTimestamp() }, known);
        if (!refreshes)
            return new(known.Status);
        if (age >= TooOldAfter)
            return new(RefreshAsync(riskClass, known.Status));
        _ = RefreshAsync(riskClass, known.Status);
        return new(known.Status);
    }

    /// <summary>Takes over what a grain answered to a label.</summary>
    public void Learn(string riskClass, RiskStatus status) => _known[riskClass] = new Known(status, time.GetTimestamp());

    private async Task<RiskStatus> FetchAsync(string riskClass)
    {
        var status = await grains.GetGrain<IRiskGrain>(riskClass).GetAsync();
        Learn(riskClass, status);
        return status;
    }

    private async Task<RiskStatus> RefreshAsync(string riskClass, RiskStatus last)
    {
        try
        {
            return await FetchAsync(riskClass);
        }
        catch (Exception e)
        {
            CacheLog.ThresholdNotRefreshed(logger, e, riskClass);
            return last;
        }
    }

    private sealed record Known(RiskStatus Status, long At);
}
