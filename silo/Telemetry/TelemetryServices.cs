using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Silo.Telemetry;

/// <summary>OpenTelemetry: Prometheus at <c>/metrics</c> always, OTLP where the standard variables ask for it.</summary>
internal static class TelemetryServices
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static IServiceCollection AddGatewayTelemetry(this IServiceCollection services)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("orleansllm"))
            .WithMetrics(m => m
                .AddMeter(GatewayTelemetry.MeterName)
                .AddMeter("Microsoft.Orleans")
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                .AddPrometheusExporter());
        // Spans cost time on every request: none are made where nobody collects them.
        if (Environment.GetEnvironmentVariable(OtlpEndpoint) is { Length: > 0 })
        {
            telemetry
                .WithMetrics(m => m.AddOtlpExporter())
                .WithTracing(t => t
                    .AddSource("Microsoft.Orleans.Runtime", "Microsoft.Orleans.Application")
                    .AddAspNetCoreInstrumentation()
                    .AddOtlpExporter());
        }

        return services;
    }
}
