using System.Collections.Concurrent;
using System.Collections.Frozen;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>For the providers that speak one protocol: which of them share which model's calls.</summary>
internal sealed class ModelGroups
{
    // Names that callers invent: what is known of their health is bounded, and the rest is thrown together.
    private const int MaxAskedModels = 1024;
    private const string OtherModels = "(other)";

    private readonly IReadOnlyList<ConfiguredProvider> _providers;
    private readonly UpstreamFactory _factory;
    private readonly FrozenDictionary<string, UpstreamTarget> _configured;
    private readonly ConcurrentDictionary<string, UpstreamTarget> _asked = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<UpstreamTarget?> _other;

    public ModelGroups(IReadOnlyList<ConfiguredProvider> providers, UpstreamFactory factory)
    {
        _providers = providers;
        _factory = factory;
        _configured = providers
            .SelectMany(static p => p.Served())
            .Select(static m => m.Id)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(static m => m, m => Group(m, Serving(m), isConfigured: true)!, StringComparer.OrdinalIgnoreCase);
        _other = new(() => Group(OtherModels, Serving(OtherModels), isConfigured: true));
    }

    /// <summary>Whether a provider is known to serve the model.</summary>
    public bool IsConfigured(string model) => _configured.ContainsKey(model);

    public UpstreamTarget? Find(string model)
    {
        if (_configured.TryGetValue(model, out var target) || _asked.TryGetValue(model, out target))
            return target;
        if (_asked.Count >= MaxAskedModels)
            return _other.Value;
        return Group(model, Serving(model), isConfigured: false) is { } group ? _asked.GetOrAdd(model, group) : null;
    }

    // Those that name it, the home first; else one that takes any.
    private List<ConfiguredProvider> Serving(string model)
    {
        var named = _providers.Where(p => p.Options.Names(model)).OrderByDescending(static p => p.Options.Weight).ToList();
        return named.Count > 0 ? named : _providers.Where(static p => p.Options.TakesAny).Take(1).ToList();
    }

    private UpstreamTarget? Group(string model, List<ConfiguredProvider> providers, bool isConfigured) =>
        providers.Count == 0 ? null : _factory.Group(model, [.. providers.Select(static p => (p.Target, p.Options.Weight))], isConfigured);
}
