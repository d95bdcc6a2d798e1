using OrleansLlm.Grains.Routing;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Cluster.Tests.Upstream;

public sealed class FallbackOptionsTests
{
    [Fact]
    public void Problems_WrongRules_EachIsNamedByItsKey()
    {
        var options = new FallbackOptions
        {
            Rules =
            {
                new FallbackRule { Model = "gpt-4o", Outage = { "gpt-4.1", "GPT-4o" }, ContentFilter = { "nobody-serves-it" } },
                new FallbackRule { Model = "GPT-4O" },
            },
        };
        var providers = new ProvidersOptions { ["a"] = new ProviderOptions { Models = { "gpt-4o", "gpt-4.1" } } };
        Assert.Equal(
            [
                "OrleansLlm:Fallback:Rules:0:ContentFilter:0 names 'nobody-serves-it', which no provider serves.",
                "OrleansLlm:Fallback:Rules:0:Outage:1 must be another model than 'gpt-4o'.",
                "OrleansLlm:Fallback:Rules:1:Model: 'GPT-4O' has a rule already; put all its fallbacks into one.",
            ],
            options.Problems(providers.Serves));
        providers["b"] = new ProviderOptions();
        Assert.DoesNotContain(options.Problems(providers.Serves), static p => p.Contains("nobody", StringComparison.Ordinal));
    }
}
