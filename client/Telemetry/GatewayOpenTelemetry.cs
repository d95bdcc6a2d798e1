using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrleansLlm.Client.Logging;

namespace OrleansLlm.Client.Telemetry;

/// <summary>OpenTelemetry of our processes: Prometheus at <c>/metrics</c> always, OTLP where the standard variables ask for it.</summary>
internal static class GatewayOpenTelemetry
{
    private static readonly string[] OtlpEndpoints =
        ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"];

    // What a platform's instrument tells apart: kinds of grains, generations, connections. For each instrument OpenTelemetry keeps room for all of them from the
    // beginning, 72 bytes each, for 2,000 unless told: what is told apart by tenant or by route may need those.
    private static readonly MetricStreamConfiguration s_platform = new() { CardinalityLimit = 200 };

    /// <summary>Whether spans go anywhere.</summary>
    public static bool IsCollected { get; } = OtlpEndpoints.Any(static v => Environment.GetEnvironmentVariable(v) is { Length: > 0 });

    /// <summary>Adds what a process measures, and the parts that every one of them has.</summary>
    /// <param name="services">Of the host.</param>
    /// <param name="serviceName">Value of <c>service.name</c>.</param>
    /// <param name="redact">Whether logs leave without secrets.</param>
    /// <param name="measure">The process's own meters.</param>
    /// <param name="trace">Its own spans; asked for only where somebody collects them, for they cost time on every request.</param>
    public static IServiceCollection AddGatewayOpenTelemetry(
        this IServiceCollection services, string serviceName, bool redact, Action<MeterProviderBuilder> measure, Action<TracerProviderBuilder> trace)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService(serviceName))
            .WithMetrics(m =>
            {
                measure(m.AddMeter("Microsoft.Orleans"));
                m.AddView(static i => i.Meter.Name is "Microsoft.Orleans" or "Microsoft.AspNetCore.Server.Kestrel" or "System.Runtime" ? s_platform : null);
                m.AddPrometheusExporter();
            });
        if (IsCollected)
        {
            telemetry
                .WithLogging(
                    l =>
                    {
                        if (redact)
                            l.AddProcessor(new RedactingLogProcessor());
                        l.AddOtlpExporter();
                    },
                    static o => o.IncludeFormattedMessage = true)
                .WithMetrics(m => m.AddOtlpExporter())
                .WithTracing(t =>
                {
                    trace(t.AddSource("Microsoft.Orleans.Runtime", "Microsoft.Orleans.Application"));
                    t.AddOtlpExporter();
                });
        }

        return services;
    }
}
