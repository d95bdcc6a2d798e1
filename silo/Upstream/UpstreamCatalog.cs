using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>The configured providers; the built-in simulator where there are none.</summary>
internal sealed class UpstreamCatalog : IUpstreamCatalog, IDisposable
{
    /// <summary>Name of the built-in simulator.</summary>
    public const string SimulatorName = "simulator";

    private readonly IReadOnlyList<ConfiguredProvider> _providers;
    private readonly (UpstreamProtocols Protocol, ModelGroups Groups)[] _groups;

    private UpstreamCatalog(IReadOnlyList<ConfiguredProvider> providers, UpstreamFactory factory)
    {
        _providers = providers;
        _groups =
        [
            .. new[] { UpstreamProtocols.OpenAI, UpstreamProtocols.Anthropic }
                .Select(protocol => (protocol, new ModelGroups([.. providers.Where(p => p.Target.Protocols.HasFlag(protocol))], factory))),
        ];
        Models = [.. providers.SelectMany(static p => p.Served()).DistinctBy(m => m.Id, StringComparer.OrdinalIgnoreCase).OrderBy(m => m.Id, StringComparer.Ordinal)];
    }

    public string Description => string.Join(", ", _providers.Select(p => p.Description));

    public IReadOnlyList<ServedModel> Models { get; }

    /// <summary>Builds the upstreams; the options have been validated.</summary>
    public static UpstreamCatalog Create(ProvidersOptions providers, UpstreamFactory factory)
    {
        if (providers.Count == 0)
        {
            var simulator = new ProviderOptions { Kind = ProviderKind.Simulator };
            return new UpstreamCatalog(
                [new ConfiguredProvider(factory.Create(SimulatorName, simulator), simulator, "simulator (built in, no provider is configured)")], factory);
        }

        // By name, so that the choice between two that take any model does not hang on the order of configuration sources.
        return new UpstreamCatalog(
        [
            .. providers.OrderBy(p => p.Key, StringComparer.OrdinalIgnoreCase)
                .Select(p => new ConfiguredProvider(factory.Create(p.Key, p.Value), p.Value, UpstreamFactory.Describe(p.Key, p.Value))),
        ], factory);
    }

    public UpstreamTarget? Find(string model, UpstreamEndpoint? endpoint = null)
    {
        if (endpoint is { } asked)
            return Array.Find(_groups, g => g.Protocol == asked.Protocol()).Groups.Find(model);
        // Those that are known to have it before one that takes whatever it is asked for.
        if (Array.Find(_groups, g => g.Groups.IsConfigured(model)).Groups is { } known)
            return known.Find(model);
        foreach (var (_, groups) in _groups)
        {
            if (groups.Find(model) is { } target)
                return target;
        }

        return null;
    }

    public void Dispose()
    {
        foreach (var provider in _providers)
            (provider.Target.Upstream as IDisposable)?.Dispose();
    }
}
