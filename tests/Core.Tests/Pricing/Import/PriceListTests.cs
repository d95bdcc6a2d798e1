using System.IO.Compression;
using System.Text;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Pricing.Import;

namespace OrleansLlm.Core.Tests.Pricing.Import;

public sealed class PriceListTests
{
    private static readonly DateOnly Today = new(2026, 11, 25);

    private const string LiteLlm = """
        {
          "sample_spec": {"litellm_provider": "one of these", "mode": "one of those", "input_cost_per_token": 0, "output_cost_per_token": 0},
          "m": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1e-05, "cache_read_input_token_cost": 1.25e-06, "cache_creation_input_token_cost_above_1hr": 5e-06,
                "output_cost_per_reasoning_token": 1.2e-05,
                "input_cost_per_token_above_200k_tokens": 5e-06, "output_cost_per_token_above_200k_tokens": 2e-05, "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 1e-05,
                "input_cost_per_token_above_1000k_tokens": 1e-05, "output_cost_per_token_above_1000k_tokens": 4e-05,
                "input_cost_per_token_flex": 1.25e-06, "output_cost_per_token_flex": 5e-06,
                "input_cost_per_token_batches": 1.25e-06, "output_cost_per_token_batches": 5e-06,
                "input_cost_per_token_priority": 4.25e-06, "output_cost_per_token_priority": 1.7e-05},
          "azure/e": {"litellm_provider": "azure", "mode": "embedding", "input_cost_per_token": 1.3e-07},
          "picture": {"litellm_provider": "openai", "mode": "image_generation", "input_cost_per_token": 1e-05, "output_cost_per_token": 1e-05},
          "dear": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2.5, "output_cost_per_token": 1},
          "beyond": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e27, "output_cost_per_token": 1},
          "words": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": "free", "output_cost_per_token": 1}
        }
        """;

    private const string GenAi = """
        [{"id": "openai", "name": "OpenAI", "models": [
          {"id": "m", "prices": {"input_mtok": 2.5, "cache_read_mtok": 1.25, "output_mtok": 10}},
          {"id": "tiered", "prices": {"input_mtok": {"base": 1.25, "tiers": [{"start": 200000, "price": 2.5}]}, "output_mtok": {"base": 10, "tiers": [{"start": 200000, "price": 15}]}}},
          {"id": "dated", "prices": [
             {"prices": {"input_mtok": 4, "output_mtok": 8}},
             {"constraint": {"start_date": "2026-11-01"}, "prices": {"input_mtok": 2, "output_mtok": 4}},
             {"constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"}, "prices": {"input_mtok": 1, "output_mtok": 1}}]},
          {"id": "one-way", "prices": {"input_mtok": 3}},
          {"id": "embed-1", "prices": {"input_mtok": 0.1}},
          {"id": "by the request", "prices": {"requests_kcount": 5}}
        ]}]
        """;

    [Fact]
    public void Read_LiteLlm_HasEveryCellOfEveryTier()
    {
        var refused = new List<string>();
        var catalog = PriceCatalog.Create("t", LiteLlmPriceList.Read(Stream(LiteLlm), refused));

        var m = catalog.Find("m", "openai")!;
        Assert.Equal((2.5m, 1.25m, (decimal?)null, 5m, 10m, 12m), (m.Input, m.CachedInput!.Value, m.CacheWrite, m.LongCacheWrite, m.Output, m.Reasoning!.Value));
        Assert.Equal([(200_000, 5m, 20m), (1_000_000, 10m, 40m)], m.LongContext.Select(l => (l.AboveTokens, l.Input, l.Output)));
        Assert.Equal([10m, null], m.LongContext.Select(l => l.LongCacheWrite));
        Assert.Equal((1.25m, 5m), Of(ServiceTier.Flex));
        Assert.Equal((1.25m, 5m), Of(ServiceTier.Batch));
        Assert.Equal((4.25m, 17m), Of(ServiceTier.Priority));
        Assert.Equal((0.13m, 0m), (catalog.Find("e", "azure")!.Input, catalog.Find("e", "azure")!.Output));
        Assert.Null(catalog.Find("picture"));
        Assert.Null(catalog.Find("e", "azure", tier: ServiceTier.Flex));
        Assert.Equal(3, refused.Count);
        Assert.Contains("dear", refused[0], StringComparison.Ordinal);
        Assert.Contains("beyond", refused[1], StringComparison.Ordinal);
        Assert.Contains("words", refused[2], StringComparison.Ordinal);

        (decimal, decimal) Of(ServiceTier tier) => (catalog.Find("m", "openai", tier: tier)!.Input, catalog.Find("m", "openai", tier: tier)!.Output);
    }

    [Fact]
    public void Read_GenAi_HasDatesAndLengths()
    {
        var refused = new List<string>();
        var catalog = PriceCatalog.Create("t", GenAiPriceList.Read(Stream(GenAi), refused));

        Assert.Equal((2.5m, 1.25m, 10m), (catalog.Find("m")!.Input, catalog.Find("m")!.CachedInput!.Value, catalog.Find("m")!.Output));
        Assert.Equal((200_000, 2.5m, 15m), catalog.Find("tiered")!.LongContext.Select(l => (l.AboveTokens, l.Input, l.Output)).Single());
        Assert.Equal(4m, catalog.Find("dated", date: new DateOnly(2026, 10, 31))!.Input);
        Assert.Equal(2m, catalog.Find("dated", date: new DateOnly(2026, 11, 1))!.Input);
        Assert.Null(catalog.Find("by the request"));
        Assert.Equal((0.1m, 0m), (catalog.Find("embed-1")!.Input, catalog.Find("embed-1")!.Output));
        Assert.Null(catalog.Find("one-way"));
        Assert.Equal(2, refused.Count);
        Assert.Contains("one-way", refused[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    public void Read_WhatIsNoLiteLlmList_SaysSo(string text) => Assert.Throws<FormatException>(() => LiteLlmPriceList.Read(Stream(text), []));

    [Theory]
    [InlineData("{}")]
    [InlineData("[{}]")]
    [InlineData("[{\"id\":\"p\",\"models\":[{\"id\":\"m\",\"prices\":{\"input_mtok\":\"free\"}}]}]")]
    [InlineData("[{\"id\":\"p\",\"models\":[{\"id\":\"m\",\"prices\":{\"input_mtok\":{\"base\":1}}}]}]")]
    public void Read_WhatIsNoGenAiList_SaysSo(string text) => Assert.Throws<FormatException>(() => GenAiPriceList.Read(Stream(text), []));

    [Fact]
    public void Of_PriceThatChanged_HoldsFromTheDayOfTheImport()
    {
        var import = PriceListImport.Of([Row("a", 4), Row("b", 1)], [Row("a", 2), Row("b", 1), Row("c", 3)], Today);
        Assert.Empty(import.Refused);
        var merged = PriceCatalog.Create("t", import.Merged);
        Assert.Equal(4m, merged.Find("a", date: Today.AddDays(-1))!.Input);
        Assert.Equal(2m, merged.Find("a", date: Today)!.Input);
        Assert.Equal(3m, merged.Find("c", date: Today.AddDays(-1))!.Input);
        Assert.Equal([("a", "input", 4m, 2m), ("c", "new", 0m, 3m)], import.Changes.Where(c => c.Cell is "input" or "new").Select(c => (c.Key.Model, c.Cell, c.Old ?? 0, c.New ?? 0)));

        // Taken once more it changes nothing.
        Assert.Empty(PriceListImport.Of(import.Merged, [Row("a", 2), Row("b", 1), Row("c", 3)], Today.AddDays(1)).Changes);
    }

    [Fact]
    public void Of_ListWithoutACellThatOthersHave_KeepsIt()
    {
        var known = Row("a", 3) with { LongCacheWrite = 6, Reasoning = 20 };
        Assert.Empty(PriceListImport.Of([known], [Row("a", 3)], Today).Changes);
        var merged = PriceCatalog.Create("t", PriceListImport.Of([known], [Row("a", 2)], Today).Merged);
        Assert.Equal((2m, 6m, 20m), (merged.Find("a")!.Input, merged.Find("a")!.LongCacheWrite, merged.Find("a")!.Reasoning));
    }

    [Fact]
    public void Of_ListWithoutACellOfALength_KeepsIt()
    {
        var length = new LongContextPrice { AboveTokens = 100_000, Input = 5, Output = 5 };
        var known = Row("a", 3) with { LongContext = [length with { LongCacheWrite = 10 }] };
        Assert.Empty(PriceListImport.Of([known], [Row("a", 3) with { LongContext = [length] }], Today).Changes);
        var merged = PriceCatalog.Create("t", PriceListImport.Of([known], [Row("a", 3) with { LongContext = [length with { Input = 6 }, length with { AboveTokens = 200_000 }] }], Today).Merged);
        Assert.Equal([(6m, 10m), (5m, (decimal?)null)], merged.Find("a")!.LongContext.Select(l => (l.Input, l.LongCacheWrite)));
    }

    [Fact]
    public void Of_PriceThatWasOverAndIsListedAgain_HoldsFromTheDayOfTheImport()
    {
        var import = PriceListImport.Of([Row("a", 3) with { ValidUntil = Today.AddDays(-9) }, Row("b", 3) with { ValidUntil = Today.AddDays(9) }], [Row("a", 3), Row("b", 3)], Today);
        var merged = PriceCatalog.Create("t", import.Merged);
        Assert.Equal([3m, null, 3m], new[] { -10, -1, 0 }.Select(day => merged.Find("a", date: Today.AddDays(day))?.Input));
        Assert.Null(merged.Find("b", date: Today.AddDays(9)));
    }

    [Theory]
    [InlineData(20, false)]
    [InlineData(31, true)]
    public void Of_LongPromptAtManyTimesTheShortOnesPrice_IsRefused(decimal input, bool refused)
    {
        var row = Row("a", 3) with { LongContext = [new LongContextPrice { AboveTokens = 200_000, Input = input, Output = 3 }] };
        Assert.Equal(refused, PriceListImport.Of([], [row], Today).Refused is [{ Key.Model: "a" }, ..]);
    }

    [Fact]
    public void Of_ListThatShrinksByMoreThanAFifth_IsRefusedWithTheRows()
    {
        var known = Enumerable.Range(0, 10).Select(i => Row("m" + i, 1)).ToList();
        Assert.Empty(PriceListImport.Of(known, known.GetRange(0, 8), Today).Refused);
        var refused = PriceListImport.Of(known, known.GetRange(0, 7), Today).Refused;
        Assert.Equal(4, refused.Count);
        Assert.Contains(refused, r => r.Reason.Contains("m9", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(10.01, true)]
    [InlineData(0.1, false)]
    [InlineData(0.09, true)]
    public void Of_CellThatMovesMoreThanTenTimes_IsRefused(double price, bool refused) =>
        Assert.Equal(refused, PriceListImport.Of([Row("a", 1)], [Row("a", (decimal)price)], Today).Refused is [{ Key.Model: "a" }, ..]);

    [Fact]
    public void Of_PriorityAtFiftyTimesTheStandardPrice_IsRefused()
    {
        var refused = PriceListImport.Of([], [Row("a", 1), Row("a", 50) with { ServiceTier = ServiceTier.Priority }], Today).Refused;
        Assert.All(refused, r => Assert.Equal(ServiceTier.Priority, r.Key!.Value.Tier));
        Assert.NotEmpty(refused);
    }

    [Fact]
    public void ToUtf8Json_AnyCatalogue_IsReadBackTheSame()
    {
        var catalog = PriceCatalog.Create("v", LiteLlmPriceList.Read(Stream(LiteLlm), []));
        var again = PriceCatalog.Load(new MemoryStream(catalog.ToUtf8Json("source")));
        Assert.Equal("v", again.Version);
        Assert.Equal(catalog.Prices.Select(Flat), again.Prices.Select(Flat));
        Assert.Equal(PriceCatalog.Default.Prices.Select(Flat), PriceCatalog.Load(new MemoryStream(PriceCatalog.Default.ToUtf8Json(""))).Prices.Select(Flat));

        static string Flat(ModelPrice p) => $"{p with { LongContext = [] }} {string.Join(';', p.LongContext)}";
    }

    [Fact]
    public void Of_TheRealPublicList_FindsItsSlipsAndConfirmsTheShippedPrices()
    {
        var path = SharedData.Find("prices/litellm.model_prices.json.gz");
        if (path is null)
            Assert.Skip("The shared price list is not on this machine.");
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        var wrong = new List<string>();
        var listed = LiteLlmPriceList.Read(file, wrong).Where(p => p.Provider is "openai" or "azure").ToList();
        Assert.True(listed.Count > 500, $"{listed.Count} rows");
        var known = PriceCatalog.Default.Prices.Where(p => p.ServiceTier == ServiceTier.Standard && p.Provider is "openai" or "azure").ToList();
        var import = PriceListImport.Of(known, listed, Today);
        Assert.DoesNotContain(import.Changes, c => c.Cell is "input" or "output" or "cachedInput" or "gone");
        Assert.Empty(import.Refused);
        // Its priority price for input is 50 times the standard one, and there is none for output: no row at all.
        Assert.Contains(wrong, w => w.Contains("openai/gpt-5-nano Priority", StringComparison.Ordinal));
        Assert.DoesNotContain(listed, p => p is { Model: "gpt-5-nano", ServiceTier: ServiceTier.Priority });
    }

    private static ModelPrice Row(string model, decimal price) => new() { Model = model, Provider = "openai", Input = price, Output = price };

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
