using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream;

namespace OrleansLlm.Cluster.Tests.Upstream;

/// <summary>Which providers serve which model.</summary>
public sealed class UpstreamCatalogTests
{
    [Fact]
    public void Find_SeveralNameTheModel_HomeIsTheHeaviestAndEachHasItsOwnPrices()
    {
        using var catalog = Catalogs.Create(new ProvidersOptions
        {
            ["a-azure"] = new ProviderOptions { Kind = ProviderKind.AzureOpenAI, Endpoint = "https://r.openai.azure.com", UseEntra = true, Deployments = { ["gpt-4o"] = "d" } },
            ["b-openai"] = new ProviderOptions { Models = { "gpt-4o" }, Weight = 5 },
            ["c-any"] = new ProviderOptions { Weight = 9 },
        });
        var target = catalog.Find("GPT-4o")!;
        Assert.Equal("b-openai", target.Upstream.Name);
        Assert.Equal(["b-openai", "a-azure"], target.Deployments.Select(d => d.Upstream.Name));
        Assert.Equal((null, "azure", null), (target.PriceProviderOf(null), target.PriceProviderOf("a-azure"), target.PriceProviderOf("b-openai")));
    }

    [Fact]
    public void Find_NobodyNamesIt_FirstByNameThatTakesAnyAlone()
    {
        using var catalog = Catalogs.Create(new ProvidersOptions { ["b"] = new ProviderOptions { Weight = 9 }, ["a"] = new ProviderOptions() });
        var target = catalog.Find("llama-3")!;
        Assert.Equal("a", target.Upstream.Name);
        Assert.Empty(target.Deployments);
        Assert.Same(target, catalog.Find("LLAMA-3"));
    }

    [Fact]
    public void Find_NobodyServesIt_IsNull()
    {
        using var catalog = Catalogs.Create(new ProvidersOptions { ["a"] = new ProviderOptions { Models = { "m" } } });
        Assert.Null(catalog.Find("other"));
    }

    [Fact]
    public async Task Find_CallersInventNames_MemoryIsBoundedAndAllAreServed()
    {
        using var catalog = Catalogs.Create(new ProvidersOptions { ["s"] = new ProviderOptions { Kind = ProviderKind.Simulator } });
        var targets = Enumerable.Range(0, 5000).Select(i => catalog.Find($"invented-{i}")!.Upstream).Distinct().Count();
        Assert.InRange(targets, 1000, 1100);
        var body = """{"model":"invented-4999","messages":[{"role":"user","content":"Hi?"}]}"""u8.ToArray();
        await using var reply = await catalog.Find("invented-4999")!.Upstream.SendAsync(new UpstreamRequest("invented-4999", body, false, "r"), TestContext.Current.CancellationToken);
        Assert.Equal(200, reply.Status);
    }

    [Theory]
    [InlineData(ProviderKind.Anthropic, false, true)]
    [InlineData(ProviderKind.OpenAI, true, false)]
    [InlineData(ProviderKind.Simulator, true, true)]
    public void Models_ProviderThatNamesNone_AreThoseOfTheProtocolsItSpeaks(ProviderKind kind, bool gpt, bool claude)
    {
        using var catalog = Catalogs.Create(new ProvidersOptions { ["p"] = new ProviderOptions { Kind = kind } });
        Assert.Equal(gpt, catalog.Models.Any(static m => m.Id == "gpt-4o"));
        Assert.Equal(claude, catalog.Models.Any(static m => m.Id == "claude-haiku-4-5"));
    }
}
