using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>One provider of the configuration.</summary>
/// <param name="Target">Its upstream, alone.</param>
/// <param name="Options">Its settings.</param>
/// <param name="Description">For the start banner.</param>
internal sealed record ConfiguredProvider(UpstreamTarget Target, ProviderOptions Options, string Description)
{
    /// <summary>The models that it names, or is known to have.</summary>
    public IEnumerable<ServedModel> Served()
    {
        var names = Options.TakesAny
            ? PriceCatalog.Default.Models.Where(m => Vendors().Any(v => PriceCatalog.Default.Find(m, v) is not null))
            : Options.Models.Concat(Options.Deployments.Keys);
        return names.Select(n => new ServedModel(n, Target.Upstream.Name));
    }

    // Whose models one has that names none: those of the vendors whose protocols it speaks.
    private IEnumerable<string> Vendors()
    {
        if (Target.PriceProvider is { } reseller)
            return [reseller];
        return new[] { (UpstreamProtocols.OpenAI, "openai"), (UpstreamProtocols.Anthropic, "anthropic") }.Where(v => Target.Protocols.HasFlag(v.Item1)).Select(static v => v.Item2);
    }
}
