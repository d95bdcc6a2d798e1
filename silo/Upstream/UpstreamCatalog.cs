using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>The configured providers; the built-in simulator where there are none.</summary>
internal sealed class UpstreamCatalog : IUpstreamCatalog, IDisposable
{
    /// <summary>Name of the built-in simulator.</summary>
    public const string SimulatorName = "simulator";

    private readonly IReadOnlyList<Entry> _entries;

    private UpstreamCatalog(IReadOnlyList<Entry> entries)
    {
        _entries = entries;
        Models = [.. entries.SelectMany(Served).DistinctBy(m => m.Id, StringComparer.OrdinalIgnoreCase).OrderBy(m => m.Id, StringComparer.Ordinal)];
    }

    public string Description => string.Join(", ", _entries.Select(e => e.Description));

    public IReadOnlyList<ServedModel> Models { get; }

    /// <summary>Builds the upstreams; the options have been validated.</summary>
    public static UpstreamCatalog Create(ProvidersOptions providers, UpstreamFactory factory)
    {
        if (providers.Count == 0)
        {
            var target = new UpstreamTarget(factory.CreateSimulator(SimulatorName, new ProviderOptions()), null, SimulatorName);
            return new UpstreamCatalog([new Entry(target, new ProviderOptions { Kind = ProviderKind.Simulator }, "simulator (built in, no provider is configured)")]);
        }

        // By name, so that the choice between two that take any model does not hang on the order of configuration sources.
        return new UpstreamCatalog(
        [
            .. providers.OrderBy(p => p.Key, StringComparer.OrdinalIgnoreCase)
                .Select(p => new Entry(factory.Create(p.Key, p.Value), p.Value, UpstreamFactory.Describe(p.Key, p.Value))),
        ]);
    }

    public UpstreamTarget? Find(string model)
    {
        foreach (var entry in _entries)
        {
            if (entry.Names(model))
                return entry.Target;
        }

        foreach (var entry in _entries)
        {
            if (entry.TakesAny)
                return entry.Target;
        }

        return null;
    }

    public void Dispose()
    {
        foreach (var entry in _entries)
            (entry.Target.Upstream as IDisposable)?.Dispose();
    }

    private static IEnumerable<ServedModel> Served(Entry entry)
    {
        var names = entry.TakesAny
            ? PriceCatalog.Default.Models.Where(m => PriceCatalog.Default.Find(m, entry.Target.PriceProvider ?? "openai") is not null)
            : entry.Options.Models.Concat(entry.Options.Deployments.Keys);
        return names.Select(n => new ServedModel(n, entry.Target.Upstream.Name));
    }

    private sealed record Entry(UpstreamTarget Target, ProviderOptions Options, string Description)
    {
        public bool TakesAny => Options.Models.Count == 0 && Options.Deployments.Count == 0;

        public bool Names(string model) =>
            Options.Models.Contains(model, StringComparer.OrdinalIgnoreCase) || Options.Deployments.ContainsKey(model);
    }
}
