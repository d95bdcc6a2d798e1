using System.Text.Json;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Ledger;

public sealed class LedgerPricingTests
{
    [Fact]
    public void Apply_OldEntry_HasThePriceOfItsDay()
    {
        var usage = new TokenUsage(1_000, 100);
        var july = Entries.Create(HitKind.Miss, "gpt-5.6", "gpt-5.6", new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero), 1_000, usage);
        var november = Entries.Create(HitKind.Miss, "gpt-5.6", "gpt-5.6", Entries.Noon, 1_000, usage);

        Assert.Equal(0.008m, july.CostUsd);
        Assert.Equal(0.006m, november.CostUsd);
    }

    [Fact]
    public void Apply_HitOfAnUnknownModelsAnswer_IsPricedAtTheBaseline()
    {
        var entry = Entries.Create(HitKind.Semantic, "gpt-4o", "retired-model", Entries.Noon, 1_000, new TokenUsage(0, 100));
        Assert.True(entry.Priced);
        Assert.Equal(0.0035m, entry.Saved.Cache);
    }

    [Fact]
    public void Apply_HitWithServedUsage_GivesCachedTokensTheirPrice()
    {
        var entry = Entries.Create(HitKind.Exact, "gpt-4o", "gpt-4o", Entries.Noon, 1_000, new TokenUsage(0, 100));
        var priced = new LedgerPricing(new ServedPrices(PriceCatalog.Default, (_, _) => null)).Apply(entry, served: new TokenUsage(1_000, 100, CachedTokens: 800));
        Assert.Equal(0.0035m - (800 * 1.25m / 1_000_000m), priced.BaselineUsd);
    }

    [Fact]
    public void Apply_ModelsOfDifferentProviders_EachHasItsProvidersPrice()
    {
        var catalog = PriceCatalog.Create("test",
        [
            new ModelPrice { Model = "big", Provider = "openai", Input = 10, Output = 10 },
            new ModelPrice { Model = "big", Provider = "azure", Input = 20, Output = 20 },
            new ModelPrice { Model = "small", Provider = "openai", Input = 1, Output = 1 },
            new ModelPrice { Model = "small", Provider = "azure", Input = 2, Output = 2 },
        ]);
        var pricing = new LedgerPricing(new ServedPrices(catalog, (m, _) => m == "big" ? "azure" : null));
        var routed = pricing.Price(HitKind.Miss, "big", "small", 1_000_000, new TokenUsage(1_000_000, 0), Entries.Noon);
        Assert.Equal((20m, 1m), (routed.BaselineUsd, routed.CostUsd));
        var hit = pricing.Price(HitKind.Exact, "big", "big", 1_000_000, new TokenUsage(1_000_000, 0), Entries.Noon);
        Assert.Equal((20m, 0m), (hit.BaselineUsd, hit.CostUsd));
    }

    [Fact]
    public void Json_AnyEntry_RoundTripsWithEveryDecimal() =>
        Entries.Any.Sample(entry =>
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(entry, LedgerJson.Default.LedgerEntry);
            Assert.Equal(entry, JsonSerializer.Deserialize(json, LedgerJson.Default.LedgerEntry));
        });
}
