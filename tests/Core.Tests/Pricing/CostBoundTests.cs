using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Pricing;

public sealed class CostBoundTests
{
    [Fact]
    public void Of_AnyUsageWithinTheTokens_CostsNoMore() =>
        Gen.Select(PriceGenerators.Price, PriceGenerators.Usage, Gen.Int[0, 100_000], Gen.Int[0, 100_000]).Sample((price, usage, morePrompt, moreCompletion) =>
            Assert.True(CostCalculator.Cost(price, usage) <= CostBound.Of(price, usage.PromptTokens + (long)morePrompt, usage.CompletionTokens + (long)moreCompletion)));

    [Fact]
    public void Of_PlainPrice_IsNotAboveWhatFreshTokensCost()
    {
        var price = new ModelPrice { Model = "m", Input = 2.5m, CachedInput = 1.25m, Output = 10m };
        Assert.Equal(CostCalculator.Cost(price, new TokenUsage(1000, 100)), CostBound.Of(price, 1000, 100));
    }

    [Fact]
    public void Of_GreatestCountsAtTheDearestPrice_IsWhatTheyCost()
    {
        const decimal Dearest = ModelPrice.MaxPerMillion;
        var price = new ModelPrice { Model = "m", Input = Dearest, Output = Dearest };
        Assert.Equal(2m * long.MaxValue * Dearest * 0.000001m, CostBound.Of(price, long.MaxValue, long.MaxValue));
    }

    [Theory]
    [InlineData("gpt-4o", 16_384)]
    [InlineData("gpt-4o-mini", 16_384)]
    [InlineData("azure/gpt-4.1-nano", 32_768)]
    [InlineData("gpt-4", 8_192)]
    [InlineData("gpt-4-turbo-2024-04-09", 4_096)]
    [InlineData("gpt-4.5-preview", 16_384)]
    [InlineData("gpt-5.6", 128_000)]
    [InlineData("house-model", 128_000)]
    public void ModelLimits_ByName_AreTheLongestPrefixes(string model, int output) => Assert.Equal(output, ModelLimits.Of(model).OutputTokens);

    // The previews of GPT-4 Turbo, and what Azure serves by the name of gpt-4, read as much as it does.
    [Theory]
    [InlineData("gpt-4-1106-preview")]
    [InlineData("azure/gpt-4")]
    [InlineData("gpt-4.5-preview")]
    public void ModelLimits_OfAFourthGeneration_HaveItsLongestContext(string model) => Assert.Equal(128_000, ModelLimits.Of(model).ContextTokens);
}
