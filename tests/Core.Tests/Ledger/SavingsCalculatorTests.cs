using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Tests.Pricing;

namespace OrleansLlm.Core.Tests.Ledger;

public sealed class SavingsCalculatorTests
{
    private static readonly ModelPrice Strong = PriceCatalog.Default.Find("gpt-4")!;
    private static readonly ModelPrice Cheap = PriceCatalog.Default.Find("gpt-3.5-turbo")!;

    [Fact]
    public void Calculate_RoutedAndCompressedMiss_SplitsByLayer()
    {
        // 1000 -> 600 prompt tokens, gpt-4 ($30/$60) -> gpt-3.5-turbo ($.5/$1.5), 100 completion tokens.
        var money = SavingsCalculator.Calculate(HitKind.Miss, Strong, Cheap, 1_000, new TokenUsage(600, 100));

        Assert.Equal(0.036m, money.BaselineUsd);
        Assert.Equal(0.00045m, money.CostUsd);
        Assert.Equal(new SavingsBreakdown(0m, 0.036m - 0.00065m, 0.0002m), money.Saved);
    }

    [Theory]
    [InlineData(HitKind.Exact)]
    [InlineData(HitKind.Semantic)]
    [InlineData(HitKind.Pending)]
    public void Calculate_Hit_CostsNothingAndSavesTheBaseline(HitKind kind)
    {
        var money = SavingsCalculator.Calculate(kind, Strong, null, 1_000, new TokenUsage(0, 100));
        Assert.Equal(new PricedUsage(0m, 0.036m, new SavingsBreakdown(0.036m, 0m, 0m), true), money);
    }

    // Had the provider been asked again, it would have had the prompt in its cache.
    [Theory]
    [InlineData(HitKind.Exact)]
    [InlineData(HitKind.Pending)]
    public void Calculate_HitOnAnAnswerThatWroteTheProvidersCache_SavesNoSurcharge(HitKind kind)
    {
        var claude = PriceCatalog.Default.Find("claude-opus-5")!;
        var money = SavingsCalculator.Calculate(kind, claude, null, 1_000, new TokenUsage(1_000, 100, CacheWriteTokens: 900, LongCacheWriteTokens: 500));
        Assert.Equal(SavingsCalculator.Calculate(kind, claude, null, 1_000, new TokenUsage(1_000, 100)), money);
    }

    [Fact]
    public void Calculate_Verification_CostsWithoutABaseline()
    {
        var cost = CostCalculator.Cost(Cheap, new TokenUsage(600, 100));
        Assert.Equal(
            new PricedUsage(cost, 0m, new SavingsBreakdown(-cost, 0m, 0m), true),
            SavingsCalculator.Calculate(HitKind.Verification, null, Cheap, 0, new TokenUsage(600, 100)));
        Assert.Equal(PricedUsage.Unpriced, SavingsCalculator.Calculate(HitKind.Verification, Strong, null, 0, new TokenUsage(600, 100)));
    }

    [Fact]
    public void Calculate_Attempt_CostsAndSavesNothing()
    {
        var cost = CostCalculator.Cost(Cheap, new TokenUsage(600, 0));
        Assert.Equal(new PricedUsage(cost, cost, default, true), SavingsCalculator.Calculate(HitKind.Attempt, Strong, Cheap, 1_000, new TokenUsage(600, 0)));
        Assert.Equal(PricedUsage.Unpriced, SavingsCalculator.Calculate(HitKind.Attempt, Strong, null, 0, new TokenUsage(600, 0)));
    }

    [Fact]
    public void Calculate_NothingBilled_SavesNothing() =>
        Assert.Equal(new PricedUsage(0m, 0m, default, true), SavingsCalculator.Calculate(HitKind.Miss, Strong, Cheap, 1_000, default));

    [Fact]
    public void Calculate_UnpricedModel_IsSaidSoAndHasNoMoney()
    {
        var usage = new TokenUsage(600, 100);
        Assert.Equal(PricedUsage.Unpriced, SavingsCalculator.Calculate(HitKind.Miss, Strong, null, 1_000, usage));
        Assert.Equal(PricedUsage.Unpriced, SavingsCalculator.Calculate(HitKind.Miss, null, Cheap, 1_000, usage));
        Assert.Equal(PricedUsage.Unpriced, SavingsCalculator.Calculate(HitKind.Exact, null, Cheap, 1_000, usage));
    }

    [Fact]
    public void Calculate_ProviderCachedTokens_AreCheapInTheBaselineToo()
    {
        var gpt4o = PriceCatalog.Default.Find("gpt-4o")!;
        var money = SavingsCalculator.Calculate(HitKind.Bypass, gpt4o, gpt4o, 1_000, new TokenUsage(1_000, 10, CachedTokens: 900));
        Assert.Equal(0m, money.Saved.Total);
        Assert.Equal(money.CostUsd, money.BaselineUsd);
    }

    [Fact]
    public void Calculate_AnyPricesAndTokens_PartsAddUpExactly() =>
        Gen.Select(
            Gen.Enum<HitKind>(), PriceGenerators.Price, PriceGenerators.Price, Gen.Int[0, 2_000_000], PriceGenerators.Usage)
            .Sample((kind, baseline, used, before, usage) =>
            {
                var money = SavingsCalculator.Calculate(kind, baseline, used, before, usage);
                Assert.Equal(money.BaselineUsd - money.CostUsd, money.Saved.Total);
                Assert.True(money.CostUsd >= 0m && money.BaselineUsd >= 0m);
                if (kind is HitKind.Miss or HitKind.Bypass or HitKind.Verification or HitKind.Attempt)
                    Assert.Equal(CostCalculator.Cost(used, usage), money.CostUsd);
                else
                    Assert.Equal((0m, 0m, 0m), (money.CostUsd, money.Saved.Routing, money.Saved.Compression));
            });

    [Fact]
    public void PromptTokensBefore_TokenizersDisagree_OnlyCompressionCounts()
    {
        Assert.Equal(1_040, SavingsCalculator.PromptTokensBefore(billed: 1_040, countedBefore: 1_000, countedAfter: 1_000));
        Assert.Equal(1_440, SavingsCalculator.PromptTokensBefore(billed: 1_040, countedBefore: 1_400, countedAfter: 1_000));
    }
}
