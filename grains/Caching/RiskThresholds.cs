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
    private readonly ConcurrentDictionary<string, RecentStatus> _known = new(StringComparer.Ordinal);

    /// <summary>The class whose errors count together for a query: its tenant.</summary>
    public static string ClassOf(Query query) => query.Request.TenantId;

    /// <summary>The status of a class. Throws where none is known, or one from long ago, and the grain cannot be reached: then nothing is served by meaning.</summary>
    public ValueTask<RiskStatus> GetAsync(string riskClass) => Of(riskClass).GetAsync();

    /// <summary>Takes over what a grain answered to a label.</summary>
    public void Learn(string riskClass, RiskStatus status) => Of(riskClass).Learn(status);

    private RecentStatus Of(string riskClass) => _known.GetOrAdd(riskClass, c => new RecentStatus(() => AskAsync(c), time));

    private async Task<RiskStatus> AskAsync(string riskClass)
    {
        try
        {
            return await grains.GetGrain<IRiskGrain>(riskClass).GetAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            CacheLog.ThresholdNotRefreshed(logger, e, riskClass);
            throw;
        }
    }
}
