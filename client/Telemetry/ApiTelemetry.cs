using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OrleansLlm.Client.Telemetry;

/// <summary>OpenTelemetry of the stand-alone API: Prometheus at <c>/metrics</c> always, OTLP where the standard variables ask for it.</summary>
internal static class ApiTelemetry
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static IServiceCollection AddApiTelemetry(this IServiceCollection services)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("orleansllm-api"))
            .WithMetrics(m => m
                .AddMeter("Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddPrometheusExporter());
        if (Environment.GetEnvironmentVariable(OtlpEndpoint) is { Length: > 0 })
        {
            telemetry
                .WithMetrics(m => m.AddOtlpExporter())
                .WithTracing(t => t
                    .AddSource("Microsoft.AspNetCore", "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Application")
                    .AddOtlpExporter());
        }

        return services;
    }
}
