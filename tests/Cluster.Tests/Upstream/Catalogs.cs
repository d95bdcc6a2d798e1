using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansLlm.Silo.Upstream;
using OrleansLlm.Silo.Upstream.Resilience;

namespace OrleansLlm.Cluster.Tests.Upstream;

/// <summary>The real catalogue of providers, as the host builds it.</summary>
internal static class Catalogs
{
    public static UpstreamCatalog Create(ProvidersOptions providers, ResilienceOptions? resilience = null, TimeProvider? time = null)
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        return UpstreamCatalog.Create(
            providers,
            new UpstreamFactory(
                Options.Create(new SimulatorOptions { FirstTokenLatency = TimeSpan.Zero, TokensPerSecond = 0, AllowFaults = true }),
                Options.Create(resilience ?? new ResilienceOptions()),
                new UpstreamTelemetry(meters),
                time ?? TimeProvider.System,
                NullLoggerFactory.Instance));
    }
}
