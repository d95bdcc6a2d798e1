using OrleansLlm.Grains.Routing;
using OrleansLlm.Silo.Configuration;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Silo.Diagnosis;

/// <summary>Whether every tier behind <c>auto</c>, the tenants' too, is served by a provider and has a price.</summary>
internal sealed class RoutingCheck : ICheck
{
    public string Name => "routing";

    public Task<IReadOnlyList<Finding>> RunAsync(SetUp setUp, CancellationToken cancellationToken)
    {
        var providers = setUp.Options<ProvidersOptions>();
        var prices = setUp.Options<PricingOptions>().ToCatalog();
        var findings = new List<Finding>();
        var routing = setUp.Options<RoutingOptions>();
        // A tenant's settings replace the general ones as a whole; one without tiers of its own has the default ladder.
        foreach (var (path, of, options) in routing.Tenants.Select(static t => ("OrleansLlm:Routing:Tenants:" + t.Key, " of the tenant " + t.Key, t.Value)).Prepend(("OrleansLlm:Routing", "", routing)))
        {
            foreach (var tier in options.Ladder())
            {
                if (!providers.Serves(tier.Model))
                    findings.Add(new Finding(Name, Severity.Fault, $"no provider serves the tier {tier.Model}{of}", $"Add it to a provider's Models or Deployments, or set {path}:Tiers."));
                else if (prices.Find(tier.Model) is null)
                    findings.Add(new Finding(Name, Severity.Warning, $"{tier.Model}{of} has no price: its requests are counted as unpriced", "Set OrleansLlm:Pricing:Models:0:Model, Input and Output."));
                else
                    findings.Add(new Finding(Name, Severity.Ok, $"tier {tier.Model}{of} is served and priced"));
            }
        }

        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }
}
