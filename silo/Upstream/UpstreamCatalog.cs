using System.Collections.Concurrent;
using System.Collections.Frozen;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>The configured providers; the built-in simulator where there are none.</summary>
internal sealed class UpstreamCatalog : IUpstreamCatalog, IDisposable
{
    /// <summary>Name of the built-in simulator.</summary>
    public const string SimulatorName = "simulator";

    // Names that callers invent: what is known of their health is bounded, and the rest is thrown together.
    private const int MaxAskedModels = 1024;
    private const string OtherModels = "(other)";

    private readonly IReadOnlyList<Entry> _entries;
    private readonly UpstreamFactory _factory;
    private readonly FrozenDictionary<string, UpstreamTarget> _configured;
    private readonly ConcurrentDictionary<string, UpstreamTarget> _asked = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<UpstreamTarget?> _other;

    private UpstreamCatalog(IReadOnlyList<Entry> entries, UpstreamFactory factory)
    {
        _entries = entries;
        _factory = factory;
        _configured = entries
            .SelectMany(Served)
            .Select(static m => m.Id)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(static m => m, m => Group(m, Serving(m), isConfigured: true)!, StringComparer.OrdinalIgnoreCase);
        _other = new(() => Group(OtherModels, Serving(OtherModels), isConfigured: true));
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
            return new UpstreamCatalog([new Entry(target, new ProviderOptions { Kind = ProviderKind.Simulator }, "simulator (built in, no provider is configured)")], factory);
        }

        // By name, so that the choice between two that take any model does not hang on the order of configuration sources.
        return new UpstreamCatalog(
        [
            .. providers.OrderBy(p => p.Key, StringComparer.OrdinalIgnoreCase)
                .Select(p => new Entry(factory.Create(p.Key, p.Value), p.Value, UpstreamFactory.Describe(p.Key, p.Value))),
        ], factory);
    }

    public UpstreamTarget? Find(string model)
    {
        if (_configured.TryGetValue(model, out var target) || _asked.TryGetValue(model, out target))
            return target;
        if (_asked.Count >= MaxAskedModels)
            return _other.Value;
        return Group(model, Serving(model), isConfigured: false) is { } group ? _asked.GetOrAdd(model, group) : null;
    }

    public void Dispose()
    {
        foreach (var entry in _entries)
            (entry.Target.Upstream as IDisposable)?.Dispose();
    }

    // Those that name it, the home first; else one that takes any.
    private List<Entry> Serving(string model)
    {
        var named = _entries.Where(e => e.Names(model)).OrderByDescending(static e => e.Options.Weight).ToList();
        return named.Count > 0 ? named : _entries.Where(static e => e.TakesAny).Take(1).ToList();
    }

    private UpstreamTarget? Group(string model, IReadOnlyList<Entry> entries, bool isConfigured) =>
        entries.Count == 0 ? null : _factory.Group(model, [.. entries.Select(static e => (e.Target, e.Options.Weight))], isConfigured);

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
