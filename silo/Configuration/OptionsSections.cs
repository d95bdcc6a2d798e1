using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client;
using OrleansLlm.Client.Logging;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Telemetry;
using OrleansLlm.Inference;
using OrleansLlm.Silo.Storage;
using OrleansLlm.Silo.Upstream;
using OrleansLlm.Silo.Upstream.Resilience;

namespace OrleansLlm.Silo.Configuration;

/// <summary>Every section of <c>OrleansLlm</c>: a silo reads them all.</summary>
internal static class OptionsSections
{
    public static SettingSections All { get; } = new(
        new Dictionary<string, Type>
        {
            ["Api"] = typeof(ApiOptions),
            ["Layers"] = typeof(LayersOptions),
            ["Jwt"] = typeof(JwtOptions),
            ["Tenants"] = typeof(Dictionary<string, TenantOptions>),
            ["Cache"] = typeof(CacheOptions),
            ["Risk"] = typeof(RiskOptions),
            ["Routing"] = typeof(RoutingOptions),
            ["Fallback"] = typeof(FallbackOptions),
            ["Compression"] = typeof(CompressionOptions),
            ["Gateway"] = typeof(QueryGatewayOptions),
            ["Ledger"] = typeof(LedgerOptions),
            ["Telemetry"] = typeof(TelemetryOptions),
            ["Log"] = typeof(LogOptions),
            ["Inference"] = typeof(InferenceOptions),
            ["Store"] = typeof(StoreOptions),
            ["Providers"] = typeof(ProvidersOptions),
            ["Resilience"] = typeof(ResilienceOptions),
            ["Simulator"] = typeof(SimulatorOptions),
            ["Budgets"] = typeof(BudgetOptions),
            ["Pricing"] = typeof(PricingOptions),
            ["Cluster"] = typeof(ClusterSettings),
        },
        []);
}
