using Azure.Identity;
using Microsoft.Extensions.Options;
using OrleansLlm.Grains.Upstream;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Silo.Upstream.Resilience;

namespace OrleansLlm.Silo.Upstream;

/// <summary>Builds a provider from its settings and reads its key.</summary>
internal sealed class UpstreamFactory(
    IOptions<SimulatorOptions> simulator, IOptions<ResilienceOptions> resilience, UpstreamTelemetry telemetry, TimeProvider time, ILoggerFactory loggers)
{
    public UpstreamTarget Create(string name, ProviderOptions options) => options.Kind switch
    {
        ProviderKind.Simulator => new UpstreamTarget(CreateSimulator(name, options), null, UpstreamCatalog.SimulatorName, UpstreamProtocols.OpenAI | UpstreamProtocols.Anthropic),
        ProviderKind.Anthropic => new UpstreamTarget(
            Bounded(new AnthropicUpstream(name, options.Endpoint, KeyOf(name, options), options.ConnectTimeout, loggers.CreateLogger<AnthropicUpstream>()), options),
            "anthropic",
            "anthropic",
            UpstreamProtocols.Anthropic),
        ProviderKind.AzureOpenAI => new UpstreamTarget(Bounded(CreateAzure(name, options), options), "azure", "azure.ai.openai"),
        _ => new UpstreamTarget(
            Bounded(
                new OpenAiCompatibleUpstream(
                    name, options.Endpoint, KeyOf(name, options), options.ConnectTimeout, loggers.CreateLogger<OpenAiCompatibleUpstream>()),
                options),
            null,
            "openai"),
    };

    public IUpstream CreateSimulator(string name, ProviderOptions options) => Bounded(new SimulatorUpstream(name, simulator.Value, time), options);

    /// <summary>The providers of one model behind one upstream, the home first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="providers">Who serves it, and with what share.</param>
    /// <param name="isConfigured">Whether the configuration names the model; else a caller did.</param>
    public UpstreamTarget Group(string model, IReadOnlyList<(UpstreamTarget Target, int Weight)> providers, bool isConfigured)
    {
        var deployments = providers
            .Select(p => new Deployment(p.Target, model, p.Weight, resilience.Value, telemetry, time, loggers.CreateLogger<Deployment>()))
            .ToList();
        if (isConfigured)
            deployments.ForEach(telemetry.Watch);
        var group = new DeploymentGroup(deployments, resilience.Value, telemetry, time, loggers.CreateLogger<DeploymentGroup>());
        return providers[0].Target with
        {
            Upstream = group,
            Deployments = providers.Count > 1 ? [.. providers.Select(static p => p.Target)] : [],
            MostBilledTries = resilience.Value.RetryUnanswered ? 1 + Math.Max(resilience.Value.MaxRetries, providers.Count - 1) : 1,
        };
    }

    /// <summary>Name and address for the start banner; no key.</summary>
    public static string Describe(string name, ProviderOptions options) => options.Kind switch
    {
        ProviderKind.Simulator => $"{name} (simulator)",
        ProviderKind.AzureOpenAI => $"{name} (Azure OpenAI, {options.Endpoint})",
        ProviderKind.Anthropic => $"{name} (Anthropic, {options.Endpoint ?? AnthropicUpstream.DefaultEndpoint})",
        _ => $"{name} ({options.Endpoint ?? OpenAiCompatibleUpstream.DefaultEndpoint})",
    };

    private AzureOpenAiUpstream CreateAzure(string name, ProviderOptions options)
    {
        var endpoint = new Uri(options.Endpoint!);
        var deployments = new Dictionary<string, string>(options.Deployments, StringComparer.OrdinalIgnoreCase);
        var logger = loggers.CreateLogger<AzureOpenAiUpstream>();
        return options.UseEntra
            ? AzureOpenAiUpstream.WithEntra(name, endpoint, new DefaultAzureCredential(), options.ConnectTimeout, deployments, logger)
            : AzureOpenAiUpstream.WithKey(name, endpoint, KeyOf(name, options)!, options.ConnectTimeout, deployments, logger);
    }

    private static string? KeyOf(string name, ProviderOptions options)
    {
        if (options.ApiKeyVariable is null && options.ApiKeyFile is null)
            return null;
        return Secrets.Read(options.ApiKeyVariable, options.ApiKeyFile)
            ?? throw new ConfigurationException($"{ProvidersOptions.Section}:{name}: the API key is empty or not there any more.");
    }

    private FirstByteDeadline Bounded(IUpstream upstream, ProviderOptions options) =>
        new(upstream, options.FirstByteTimeout, loggers.CreateLogger<FirstByteDeadline>());
}
