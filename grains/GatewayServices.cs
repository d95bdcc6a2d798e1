using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Compression;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Inference;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Telemetry;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains;

/// <summary>Registers what the grains share within a silo.</summary>
public static class GatewayServices
{
    /// <summary>
    /// Adds the layers. Needs the inference engine, the tenants, the price catalogue, the stores, the upstream catalogue, the
    /// acceptance policy, the classifier of costly questions and the options of every layer.
    /// </summary>
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.AddSingleton<GenAiTelemetry>();
        services.AddSingleton<GatewayTelemetry>();
        services.AddSingleton<RequestsUnderWay>();
        services.AddKeyedTransient<IGrainExtension, SiloDoor>(typeof(ISiloDoor));
        services.AddSingleton<ShardDirectory>();
        services.AddSingleton<RiskThresholds>();
        services.AddSingleton<VerificationDraw>();
        services.AddSingleton<AnswerJudge>();
        services.AddSingleton(static s => new ShadowVerifier(
            s.GetRequiredService<VerificationDraw>(),
            s.GetRequiredService<UpstreamCall>(),
            s.GetRequiredService<AnswerJudge>(),
            s.GetRequiredService<RiskThresholds>(),
            s.GetRequiredService<InvalidationView>(),
            s.GetRequiredService<TextEmbedder>(),
            s.GetRequiredService<CandidateVerifier>(),
            s.GetRequiredService<IGrainFactory>(),
            s.GetRequiredService<IOptions<RiskOptions>>(),
            s.GetRequiredService<IOptions<QueryGatewayOptions>>(),
            s.GetRequiredService<GatewayTelemetry>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<ShadowVerifier>>()));
        services.AddSingleton<SemanticCache>();
        services.AddSingleton<InvalidationView>();
        services.AddSingleton<SemanticFlights>();
        services.AddSingleton<RouteScorer>();
        services.AddSingleton<Conversations>();
        services.AddSingleton<RouteGuard>();
        services.AddSingleton<RouteCascade>();
        services.AddSingleton<RouteShadow>();
        services.AddSingleton(static s => new RouteVerifier(
            s.GetRequiredService<RouteShadow>(),
            s.GetRequiredService<UpstreamCall>(),
            s.GetRequiredService<RouteGuard>(),
            s.GetRequiredService<IGrainFactory>(),
            s.GetRequiredService<IOptions<RoutingOptions>>(),
            s.GetRequiredService<GatewayTelemetry>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<RouteVerifier>>()));
        services.AddSingleton<RouteLayer>();
        services.AddSingleton<CompressionLayer>();
        services.AddSingleton(s => new ServedPrices(s.GetRequiredService<PriceCatalog>(), (model, provider) => s.GetRequiredService<IUpstreamCatalog>().Find(model)?.PriceProviderOf(provider)));
        services.AddSingleton<LedgerPricing>();
        services.AddSingleton<LedgerEntries>();
        services.AddSingleton<ILedgerSink, GrainLedgerSink>();
        services.AddSingleton<LedgerWriter>();
        services.AddSingleton<SpendSettler>();
        services.AddSingleton<SpendGate>();
        services.AddSingleton<UpstreamSender>();
        services.AddSingleton<UpstreamCall>();
        services.AddSingleton<QueryPipeline>();
        services.AddSingleton<ExplanationBuilder>();
        services.AddSingleton<ServedAnswers>();
        services.AddSingleton<CachedReplies>();
        services.AddSingleton<QueryGateway>();
        services.AddSingleton<LocalGateways>();
        services.AddSingleton<ILocalGateways>(static s => s.GetRequiredService<LocalGateways>());
        return services;
    }
}
