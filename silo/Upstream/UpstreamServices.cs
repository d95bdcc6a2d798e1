using Microsoft.Extensions.Options;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Configuration;
using OrleansLlm.Silo.Upstream.Resilience;

namespace OrleansLlm.Silo.Upstream;

/// <summary>Registers the providers.</summary>
internal static class UpstreamServices
{
    /// <summary>What is wrong with the settings of the providers; a start and the commands tell it before they build any.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration) =>
    [
        .. new ProvidersOptionsValidator().Validate(null, OptionsSections.All.Bind<ProvidersOptions>(configuration)).Failures ?? [],
        .. new SimulatorOptionsValidator().Validate(null, OptionsSections.All.Bind<SimulatorOptions>(configuration)).Failures ?? [],
    ];

    /// <summary>
    /// Binds <c>OrleansLlm:Providers</c> and <c>OrleansLlm:Simulator</c>, checked at start, and adds <see cref="IUpstreamCatalog"/>. Needs a
    /// <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddUpstreams(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ProvidersOptions>().Bind(configuration.GetSection(ProvidersOptions.Section)).ValidateOnStart();
        services.AddOptions<SimulatorOptions>().Bind(configuration.GetSection(SimulatorOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProvidersOptions>, ProvidersOptionsValidator>();
        services.AddSingleton<IValidateOptions<SimulatorOptions>, SimulatorOptionsValidator>();
        services.AddOptions<ResilienceOptions>().Bind(configuration.GetSection(ResilienceOptions.Section)).ValidateOnStart();
        services.AddSingleton<UpstreamTelemetry>();
        services.AddSingleton<UpstreamFactory>();
        services.AddSingleton<IUpstreamCatalog>(s =>
            UpstreamCatalog.Create(s.GetRequiredService<IOptions<ProvidersOptions>>().Value, s.GetRequiredService<UpstreamFactory>()));
        return services;
    }
}
