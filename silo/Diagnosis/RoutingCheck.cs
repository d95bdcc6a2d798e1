using OrleansLlm.Grains.Routing;
using OrleansLlm.Silo.Configuration;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Whether every tier behind <c>auto</c> is served by a provider and has a price.</summary>
internal sealed class RoutingCheck : ICheck
{
    public string Name => "routing";

    public Task<IReadOnlyList<Finding>> RunAsync(SetUp setUp, CancellationToken cancellationToken)
    {
        var providers = setUp.Options<ProvidersOptions>();
        var prices = setUp.Options<PricingOptions>().ToCatalog();
        var findings = new List<Finding>();
        foreach (var tier in setUp.Options<RoutingOptions>().Ladder())
        {
            if (providers.Count > 0 && !providers.Values.Any(p => Serves(p, tier.Model)))
                findings.Add(new Finding(Name, Severity.Fault, $"no provider serves the tier {tier.Model}", $"Add it to a provider's Models or Deployments, or set OrleansLlm:Routing:Tiers."));
            else if (prices.Find(tier.Model) is null)
                findings.Add(new Finding(Name, Severity.Warning, $"{tier.Model} has no price: its requests are counted as unpriced", "Set OrleansLlm:Pricing:Models:0:Model, Input and Output."));
            else
                findings.Add(new Finding(Name, Severity.Ok, $"tier {tier.Model} is served and priced"));
        }

        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    private static bool Serves(ProviderOptions provider, string model) =>
        provider.Models.Count == 0 && provider.Deployments.Count == 0
        || provider.Models.Contains(model, StringComparer.OrdinalIgnoreCase) || provider.Deployments.ContainsKey(model);
}
