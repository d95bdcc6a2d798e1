using System.Numerics;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Pricing;

public sealed class CostCalculatorTests
{
    private static readonly ModelPrice Gpt4o = new() { Model = "gpt-4o", Input = 2.5m, CachedInput = 1.25m, Output = 10m };

    [Fact]
    public void Cost_PlainCall_IsInputPlusOutput() =>
        Assert.Equal(0.0075m, CostCalculator.Cost(Gpt4o, new TokenUsage(1_000, 500)));

    [Fact]
    public void Cost_CachedTokens_AreBilledOnceAtTheirOwnPrice() =>
        Assert.Equal((200 * 2.5m + 800 * 1.25m) / 1_000_000m, CostCalculator.Cost(Gpt4o, new TokenUsage(1_000, 0, CachedTokens: 800)));

    [Fact]
    public void Cost_ReasoningTokens_AreAlreadyInTheCompletion() =>
        Assert.Equal(
            CostCalculator.Cost(Gpt4o, new TokenUsage(10, 300)),
            CostCalculator.Cost(Gpt4o, new TokenUsage(10, 300, ReasoningTokens: 250)));

    [Fact]
    public void Cost_CacheWrite_CarriesTheSurcharge()
    {
        var price = new ModelPrice { Model = "m", Input = 4m, CachedInput = 0.4m, CacheWrite = 5m, Output = 20m };
        Assert.Equal((100 * 4m + 300 * 0.4m + 600 * 5m + 50 * 20m) / 1_000_000m, CostCalculator.Cost(price, new TokenUsage(1_000, 50, 300, 600)));
    }

    [Fact]
    public void Cost_LongCacheWrite_CostsItsOwnPriceOrThatOfAWrite()
    {
        var price = new ModelPrice { Model = "m", Input = 4m, CachedInput = 0.4m, CacheWrite = 5m, LongCacheWrite = 8m, Output = 20m };
        var usage = new TokenUsage(1_000, 50, 300, 600, LongCacheWriteTokens: 100);
        Assert.Equal((100 * 4m + 300 * 0.4m + 500 * 5m + 100 * 8m + 50 * 20m) / 1_000_000m, CostCalculator.Cost(price, usage));
        Assert.Equal(CostCalculator.Cost(price, usage with { LongCacheWriteTokens = 0 }), CostCalculator.Cost(price with { LongCacheWrite = null }, usage));
    }

    [Fact]
    public void Cost_LongCacheWriteInALongPrompt_CostsThatLengthsPrice()
    {
        var length = new LongContextPrice { AboveTokens = 999, Input = 40m, CachedInput = 4m, CacheWrite = 50m, LongCacheWrite = 80m, Output = 200m };
        var price = new ModelPrice { Model = "m", Input = 4m, CachedInput = 0.4m, CacheWrite = 5m, LongCacheWrite = 8m, Output = 20m, LongContext = [length] };
        var usage = new TokenUsage(1_000, 50, 300, 600, LongCacheWriteTokens: 100);
        Assert.Equal((100 * 40m + 300 * 4m + 500 * 50m + 100 * 80m + 50 * 200m) / 1_000_000m, CostCalculator.Cost(price, usage));
        Assert.Equal(CostCalculator.Cost(price, usage with { LongCacheWriteTokens = 0 }), CostCalculator.Cost(price with { LongContext = [length with { LongCacheWrite = null }] }, usage));
        Assert.Equal(CostCalculator.Cost(price, new TokenUsage(1_000, 50, 0, 1_000, LongCacheWriteTokens: 1_000)), CostBound.Of(price, 1_000, 50));
    }

    [Fact]
    public void Cost_NoCachedPrice_BillsCachedTokensAsInput() =>
        Assert.Equal(0.03m, CostCalculator.Cost(new ModelPrice { Model = "gpt-4", Input = 30m, Output = 60m }, new TokenUsage(1_000, 0, 700)));

    [Theory]
    [InlineData(272_000, 272_000 * 5 + 10 * 30)]
    [InlineData(272_001, 272_001 * 10 + 10 * 45)]
    public void Cost_LongContext_HoldsForTheWholeRequestAboveTheLimit(int prompt, long microUsd)
    {
        var price = new ModelPrice
        {
            Model = "m", Input = 5m, Output = 30m, LongContext = [new LongContextPrice { AboveTokens = 128_000, Input = 5m, Output = 30m }, new LongContextPrice { AboveTokens = 272_000, Input = 10m, Output = 45m }],
        };
        Assert.Equal(microUsd / 1_000_000m, CostCalculator.Cost(price, new TokenUsage(prompt, 10)));
    }

    [Fact]
    public void Cost_AnyPriceAndUsage_EqualsIntegerArithmetic() =>
        Gen.Select(PriceGenerators.Price, PriceGenerators.Usage).Sample((price, usage) =>
        {
            var cached = Math.Min(usage.CachedTokens, usage.PromptTokens);
            var written = Math.Min(usage.CacheWriteTokens, usage.PromptTokens - cached);
            var tier = price.LongContext.LastOrDefault(t => usage.PromptTokens > t.AboveTokens);
            var reasoning = Math.Min(usage.ReasoningTokens, usage.CompletionTokens);
            var input = tier?.Input ?? price.Input;
            var write = (tier is null ? price.CacheWrite : tier.CacheWrite) ?? input;
            var lasting = Math.Min(usage.LongCacheWriteTokens, written);
            var sum = (usage.PromptTokens - cached - written) * Micro(input)
                + cached * Micro((tier is null ? price.CachedInput : tier.CachedInput) ?? input)
                + (written - lasting) * Micro(write)
                + lasting * Micro((tier is null ? price.LongCacheWrite : tier.LongCacheWrite) ?? write)
                + (usage.CompletionTokens - reasoning) * Micro(tier?.Output ?? price.Output)
                + reasoning * Micro(tier?.Output ?? price.Reasoning ?? price.Output);

            Assert.Equal(sum, new BigInteger(CostCalculator.Cost(price, usage) * 1_000_000_000_000m));
        });

    private static BigInteger Micro(decimal perMillion) => new(perMillion * 1_000_000m);
}
