using System.Text;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Pricing;

public sealed class PriceCatalogTests
{
    private static readonly PriceCatalog Default = PriceCatalog.Default;

    [Theory]
    [InlineData("gpt-4o", 2.5, 10)]
    [InlineData("GPT-4o-Mini", .15, .6)]
    [InlineData("gpt-4", 30, 60)]
    [InlineData("gpt-3.5-turbo", .5, 1.5)]
    [InlineData("gpt-4o-2024-08-06", 2.5, 10)]
    [InlineData("gpt-4o-2024-05-13", 5, 15)]
    [InlineData("gpt-4.1-mini-2025-04-14", .4, 1.6)]
    [InlineData("claude-sonnet-4-5-20250929", 3, 15)]
    [InlineData("openai/gpt-5-mini", .25, 2)]
    [InlineData("claude-opus-5-5", 4, 20)]
    [InlineData("claude-mythos-5-1", 10, 50)]
    public void Find_ListedOrDatedName_HasItsFamilysPrice(string model, decimal input, decimal output)
    {
        var price = Default.Find(model);
        Assert.NotNull(price);
        Assert.Equal((input, output), (price.Input, price.Output));
    }

    [Theory]
    [InlineData("gpt-5-pro")]
    [InlineData("gpt-4o-audio-preview")]
    [InlineData("gpt-4o-audio-preview-2024-12-17")]
    [InlineData("gpt-4-0314")]
    [InlineData("gpt-4o-2024-13-40")]
    [InlineData("-2024-08-06")]
    [InlineData("my-finetune")]
    [InlineData("")]
    public void Find_AnotherModelWithALikeName_HasNoPrice(string model) => Assert.Null(Default.Find(model));

    [Fact]
    public void Find_ProviderPrefixAndArgument_SelectTheProvider()
    {
        Assert.Equal("azure", Default.Find("azure/gpt-4o-2024-11-20")!.Provider);
        Assert.Equal("azure", Default.Find("gpt-35-turbo", "Azure")!.Provider);
        Assert.Equal("openai", Default.Find("gpt-4o")!.Provider);
        Assert.Null(Default.Find("claude-haiku-4-5", "azure"));
    }

    [Fact]
    public void Find_DatedPrice_IsTheOneOfTheDay()
    {
        Assert.Equal(30m, Default.Find("gpt-5.6", date: new DateOnly(2026, 7, 1))!.Output);
        Assert.Equal(20m, Default.Find("gpt-5.6", date: new DateOnly(2026, 11, 1))!.Output);
        Assert.Equal(20m, Default.Find("gpt-5.6")!.Output);
        Assert.Null(Default.Find("gpt-5.6", date: new DateOnly(2026, 1, 1)));
        Assert.Equal([0.2m, 0.1m], new[] { 6, 7 }.Select(static day => Default.Find("claude-sonnet-5-5", date: new DateOnly(2026, 10, day))!.CachedInput));
    }

    [Fact]
    public void WithOverrides_SameModel_WinsAlsoForItsSnapshots()
    {
        var catalog = Default.WithOverrides(
        [
            new ModelPrice { Model = "gpt-4o", Input = 2m, Output = 8m },
            new ModelPrice { Model = "house-model", Provider = "azure", Input = 1m, Output = 1m },
        ]);

        Assert.Equal(2m, catalog.Find("gpt-4o-2024-08-06")!.Input);
        // A listed snapshot is another price than its family's, whoever sets that.
        Assert.Equal(5m, catalog.Find("gpt-4o-2024-05-13")!.Input);
        Assert.Equal(2m, catalog.Find("gpt-4o-2024-05-13", "reseller")!.Input);
        Assert.Equal(3m, catalog.WithOverrides([new ModelPrice { Model = "gpt-4o-2024-05-13", Input = 3m, Output = 9m }]).Find("gpt-4o-2024-05-13")!.Input);
        Assert.Equal(2m, catalog.Find("azure/gpt-4o")!.Input);
        Assert.Equal(0.15m, catalog.Find("gpt-4o-mini")!.Input);
        Assert.NotNull(catalog.Find("house-model"));
        Assert.Null(catalog.Find("house-model", "openai"));
        Assert.EndsWith("+overrides", catalog.Version, StringComparison.Ordinal);
        Assert.Contains("house-model", catalog.Models);
        Assert.Equal(2.5m, Default.Find("gpt-4o")!.Input);
    }

    // What was agreed with one who resells a model is not what its vendor bills.
    [Fact]
    public void WithOverrides_OfAReseller_LeaveTheVendorsPrice()
    {
        var catalog = Default.WithOverrides(
        [
            new ModelPrice { Model = "gpt-4o", Provider = "azure", Input = 1m, Output = 4m },
            new ModelPrice { Model = "gpt-35-turbo", Provider = "azure", Input = 0.25m, Output = 1m },
        ]);
        Assert.Equal([2.5m, 2.5m, 1m, 1m], new[] { "gpt-4o", "gpt-4o-2024-08-06", "azure/gpt-4o", "azure/gpt-4o-2024-08-06" }.Select(m => catalog.Find(m)!.Input));
        // Only resold.
        Assert.Equal(0.25m, catalog.Find("gpt-35-turbo")!.Input);
    }

    // At one price for every length a long prompt would be booked at a fraction of what it costs.
    [Theory]
    [InlineData("gpt-5.6", "", ServiceTier.Standard, false)]
    [InlineData("GPT-5.6", "OpenAI", ServiceTier.Priority, false)]
    [InlineData("gpt-5.6-2026-06-26", "", ServiceTier.Standard, false)]
    [InlineData("claude-haiku-5-5", "anthropic", ServiceTier.Standard, false)]
    // It hides none of those: another provider's, another tier's, another model's.
    [InlineData("claude-haiku-5-5", "azure", ServiceTier.Standard, true)]
    [InlineData("gpt-5.5", "openai", ServiceTier.Priority, true)]
    [InlineData("gpt-5.6", "", ServiceTier.Batch, true)]
    [InlineData("gpt-4o", "", ServiceTier.Standard, true)]
    public void WithOverrides_HidesPricesByLength_NeedsLengthsOfItsOwn(string model, string provider, ServiceTier tier, bool taken)
    {
        var flat = new ModelPrice { Model = model, Provider = provider, ServiceTier = tier, Input = 1m, Output = 2m };
        if (taken)
        {
            Assert.Equal(1m, Default.WithOverrides([flat]).Find(model, provider.Length > 0 ? provider : null, tier: tier)!.Input);
            return;
        }

        var fault = Assert.Throws<FormatException>(() => Default.WithOverrides([flat]));
        Assert.Contains(model, fault.Message, StringComparison.Ordinal);
        Assert.Contains("LongContext", fault.Message, StringComparison.Ordinal);
        var priced = Default.WithOverrides([flat with { LongContext = [new() { AboveTokens = 200_000, Input = 3m, Output = 4m }] }]).Find(model, provider.Length > 0 ? provider : null, tier: tier)!;
        Assert.Equal((300_000 * 3m + 1_000 * 4m) / 1_000_000m, CostCalculator.Cost(priced, new TokenUsage(300_000, 1_000)));
        Assert.Equal((300_000 * 3m + 1_000 * 4m) / 1_000_000m, CostBound.Of(priced, 300_000, 1_000));
    }

    // Where nobody says which provider is meant, an older row of one whose newest is over must not be taken, nor the row of a day to come.
    [Fact]
    public void Find_NewestRowIsOver_TakesNoOlderOneOfTheSameProvider()
    {
        ModelPrice[] rows =
        [
            Row("azure", 9), Row("openai", 1), Row("openai", 2) with { ValidFrom = new(2026, 3, 1), ValidUntil = new(2026, 6, 1) }, Row("openai", 4) with { ValidFrom = new(2027, 1, 1) },
        ];
        var catalog = PriceCatalog.Create("v", rows);
        Assert.Equal(1m, Input(null, 2));
        Assert.Equal(2m, Input(null, 3));
        Assert.Equal(9m, Input(null, 6));
        Assert.Null(Input("openai", 6));
        Assert.Equal(4m, catalog.Find("m")!.Input);
        Assert.Equal(9m, PriceCatalog.Create("v", rows[..3]).Find("m")!.Input);

        decimal? Input(string? provider, int month) => catalog.Find("m", provider, new DateOnly(2026, month, 1))?.Input;
    }

    [Fact]
    public void Find_PriceOfOneProviderAndOfAll_EachHoldsWhereItIsMeantWhateverTheOrder()
    {
        ModelPrice[] rows = [Row("", 5), Row("azure", 3), Row("reseller", 7) with { ValidUntil = new(2026, 6, 1) }, Row("anthropic", 2)];
        foreach (var catalog in new[] { PriceCatalog.Create("v", rows), PriceCatalog.Create("v", rows.Reverse()) })
        {
            Assert.Equal(
                [2m, 3m, 2m, 5m, 7m, 5m],
                new[] { catalog.Find("m"), catalog.Find("m", "Azure"), catalog.Find("m", "anthropic"), catalog.Find("m", "other"), At("reseller", 5), At("reseller", 6) }.Select(static p => p!.Input));
            ModelPrice? At(string provider, int month) => catalog.Find("m", provider, new DateOnly(2026, month, 1));
        }
    }

    // 'prices import' writes its rows by name, Azure's first.
    [Fact]
    public void Load_WrittenCatalogue_HasTheVendorsPriceStill()
    {
        var catalog = PriceCatalog.Create("v", [Row("openai", 1), Row("azure", 2)]);
        Assert.Equal("openai", PriceCatalog.Load(new MemoryStream(catalog.ToUtf8Json("t"))).Find("m")!.Provider);
    }

    private static ModelPrice Row(string provider, decimal input) => new() { Model = "m", Provider = provider, Input = input, Output = input };

    [Theory]
    [InlineData(-1)]
    [InlineData(10_001)]
    [InlineData(0.0000001)]
    public void Create_PriceOutOfRange_NamesModelAndField(decimal output)
    {
        var fault = Assert.Throws<FormatException>(() => PriceCatalog.Create("v", [new ModelPrice { Model = "m1", Input = 1m, Output = output }]));
        Assert.Contains("m1", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Output", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_SamePriceTwice_IsRefused()
    {
        var price = new ModelPrice { Model = "m", Input = 1m, Output = 1m };
        Assert.Throws<FormatException>(() => PriceCatalog.Create("v", [price, price with { Model = "M", Input = 2m }]));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{\"version\":\"v\"}")]
    [InlineData("{\"version\":\"v\",\"prices\":[{\"model\":\"m\",\"input\":1}]}")]
    [InlineData("{\"version\":\"v\",\"prices\":[{\"model\":\"m\",\"input\":1,\"output\":1,\"outptu\":2}]}")]
    public void Load_NoCatalogue_IsAFormatException(string json) =>
        Assert.Throws<FormatException>(() => PriceCatalog.Load(new MemoryStream(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void Default_CachedInput_IsNeverDearerThanInput()
    {
        foreach (var model in Default.Models)
        {
            var price = Default.Find(model)!;
            // Embeddings have no output.
            Assert.True((price.CachedInput ?? 0) <= price.Input && (price.Input <= price.Output || price.Output == 0), model);
        }
    }
}
