using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Routing;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Routing;

/// <summary>
/// Watches whether a tenant's promise still holds: each silo its own scores against the certificate's, all silos the labels of production. Where
/// it does not, nothing is routed down.
/// </summary>
internal sealed class RouteGuard(RouteProfiles profiles, IGrainFactory grains, GatewayTelemetry telemetry, TimeProvider time, ILogger<RouteGuard> logger)
{
    /// <summary>Misrouted share that is promised where no certificate promises another.</summary>
    public const double DefaultMisrouteRate = 0.05;

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Watch> _watches = new(StringComparer.Ordinal);

    /// <summary>Says why a question must not be routed down, or null.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="probability">Its score.</param>
    /// <param name="isTraffic">Whether the score is added to those that are held against the certificate's.</param>
    public RouteReason? Check(string tenant, double probability, bool isTraffic)
    {
        var watch = _watches.GetOrAdd(tenant, t => new Watch(profiles.Of(t).Certificate is { } c ? new ScoreDriftMonitor(c.ScoreShares) : null));
        if (isTraffic && watch.Drift is { } drift && drift.Add(probability))
        {
            telemetry.RouteDrift(tenant, drift.HasDrifted);
            if (drift.HasDrifted)
                RoutingLog.ScoresDrifted(logger, tenant, drift.Index);
            else
                RoutingLog.ScoresReturned(logger, tenant, drift.Index);
        }

        if (watch.IsDue(time, AskAgain))
            _ = RefreshAsync(tenant, watch);
        if (watch.Drift is { HasDrifted: true })
            return RouteReason.ScoreDrift;
        return watch.Refuted ? RouteReason.TooManyMisroutes : null;
    }

    /// <summary>Learns what the labels say at once, in this silo.</summary>
    public void Learn(string tenant, RouteEvidenceStatus status)
    {
        if (_watches.TryGetValue(tenant, out var watch))
            watch.Refuted = status.Refuted;
    }

    /// <summary>What production says of a tenant's routing; null where that cannot be read.</summary>
    public async Task<RouteEvidenceStatus?> EvidenceAsync(string tenant)
    {
        try
        {
            return await grains.GetGrain<IRouteEvidenceGrain>(tenant).GetAsync();
        }
        catch (Exception e)
        {
            RoutingLog.EvidenceUnknown(logger, e, tenant);
            return null;
        }
    }

    /// <summary>The misroute rate promised to a tenant.</summary>
    public double PromiseTo(string tenant) => profiles.Of(tenant).Certificate?.MaxMisrouteRate ?? DefaultMisrouteRate;

    // The decision does not wait for it: what is known counts meanwhile.
    private async Task RefreshAsync(string tenant, Watch watch)
    {
        if (await EvidenceAsync(tenant) is { } evidence)
            watch.Refuted = evidence.Refuted;
    }

    private sealed class Watch(ScoreDriftMonitor? drift)
    {
        private long _asked;

        public ScoreDriftMonitor? Drift { get; } = drift;

        public volatile bool Refuted;

        public bool IsDue(TimeProvider time, TimeSpan interval)
        {
            var (now, asked) = (time.GetTimestamp(), Interlocked.Read(ref _asked));
            return (asked == 0 || time.GetElapsedTime(asked, now) >= interval) && Interlocked.CompareExchange(ref _asked, now, asked) == asked;
        }
    }
}
