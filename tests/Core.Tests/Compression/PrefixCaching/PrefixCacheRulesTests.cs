using OrleansLlm.Core.Compression.PrefixCaching;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Compression.PrefixCaching;

public sealed class PrefixCacheRulesTests
{
    private static readonly Gen<PrefixCacheRules> Rules = Gen.Select(Gens.Of(1, 64, 128), Gens.Of(.1, .25, .5, .75), Gens.Of(1, 1.25, 2))
        .Select((step, read, write) => new PrefixCacheRules(1024, step, read, write, TimeSpan.FromHours(1)));

    [Theory]
    [InlineData("gpt-4o", 1024, 128, .5, 1)]
    [InlineData("gpt-4.1", 1024, 128, .25, 1)]
    [InlineData("gpt-5.1", 1024, 128, .1, 1)]
    [InlineData("gpt-5.6", 1024, 128, .1, 1.25)]
    [InlineData("azure/gpt-4o", 1024, 128, .5, 1)]
    [InlineData("claude-opus-4-8", 4096, 1, .1, 1.25)]
    [InlineData("gemini-2.5-flash-lite", 1024, 1, .1, 1)]
    public void For_ListedModel_HasItsProvidersRules(string model, int minimum, int step, double read, double write)
    {
        var rules = PrefixCacheRules.For(PriceCatalog.Default.Find(model)!)!;
        Assert.Equal((minimum, step), (rules.MinimumTokens, rules.StepTokens));
        Assert.Equal(read, rules.ReadShare, .001);
        Assert.Equal(write, rules.WriteShare, .001);
    }

    [Fact]
    public void For_ModelWhoseCachedTokensCostTheSame_HasNone() =>
        Assert.Null(PrefixCacheRules.For(new ModelPrice { Model = "own", Input = 1, CachedInput = 1, Output = 2 }));

    [Theory]
    [InlineData(1023, 0)]
    [InlineData(1024, 1024)]
    [InlineData(1151, 1024)]
    [InlineData(1152, 1152)]
    public void Cacheable_Prompt_IsWholeStepsFromTheMinimumOn(int tokens, int cached) =>
        Assert.Equal(cached, new PrefixCacheRules(1024, 128, .5, 1, TimeSpan.FromHours(1)).Cacheable(tokens));

    // A conversation of any turns, shorter by an allowed saving from its first turn on, is never dearer at any point.
    [Fact]
    public void Allows_AnyCacheableConversation_IsNeverDearer() =>
        Gen.Select(Rules, Gen.Int[1, 3000], Gen.Int[1024, 6000], Gen.Int[1, 900].Array[0, 30]).Sample((rules, saved, first, turns) =>
        {
            if (!rules.Allows(saved))
                return;
            var on = new PrefixCacheModel(rules);
            var off = new PrefixCacheModel(rules);
            var price = Price(rules);
            decimal onUsd = 0, offUsd = 0;
            List<PromptPiece> shorter = [new("compressed", first)], longer = [new("document", first + saved)];
            for (var turn = 0; turn <= turns.Length; turn++)
            {
                var at = DateTimeOffset.UnixEpoch.AddMinutes(turn);
                onUsd += CostCalculator.Cost(price, on.Send([.. shorter], at));
                offUsd += CostCalculator.Cost(price, off.Send([.. longer], at));
                Assert.True(onUsd <= offUsd, $"turn {turn}: {onUsd} above {offUsd}");
                if (turn == turns.Length)
                    continue;
                shorter.Add(new PromptPiece($"turn {turn}", turns[turn]));
                longer.Add(new PromptPiece($"turn {turn}", turns[turn]));
            }
        });

    [Fact]
    public void Allows_RoundedSavingThatCostsMoreThanItGains_IsRefused()
    {
        // 16 tokens saved may cost a step of 128 its cached price, turn after turn.
        var rules = new PrefixCacheRules(1024, 128, .1, 1, TimeSpan.FromHours(1));
        Assert.False(rules.Allows(16));
        Assert.False(rules.Allows(115));
        Assert.True(rules.Allows(118));
        Assert.True(rules.Allows(126));
        Assert.False(rules.Allows(129));
    }

    [Fact]
    public void Allows_SumOfAllowedSavings_IsAllowed() => Gen.Select(Rules, Gen.Int[0, 3000], Gen.Int[0, 3000]).Sample((rules, a, b) =>
        Assert.True(!rules.Allows(a) || !rules.Allows(b) || rules.Allows(a + b)));

    [Fact]
    public void Nearest_AnyAsked_GivesAllowedSavingsWithinTheBounds() =>
        Gen.Select(Rules, Gen.Int[0, 4000], Gen.Int[-200, 2000], Gen.Int[0, 4000]).Sample((rules, asked, least, most) =>
        {
            if (rules.Nearest(asked, least, most) is not { } window)
                return;
            Assert.True(window.Fewest >= Math.Max(least, 1) && window.Most <= most && window.Fewest <= window.Most);
            Assert.True(rules.Allows(window.Fewest) && rules.Allows(window.Most));
        });

    [Fact]
    public void Nearest_UnboundedAsked_IsWithinAStep() => Gen.Select(Rules, Gen.Int[1, 4000]).Sample((rules, asked) =>
    {
        var window = rules.Nearest(asked, 1, int.MaxValue)!.Value;
        Assert.InRange(asked, window.Fewest - rules.StepTokens, (long)window.Most + rules.StepTokens);
    });

    public static ModelPrice Price(PrefixCacheRules rules) => new()
    {
        Model = "m", Input = 1, CachedInput = (decimal)rules.ReadShare, CacheWrite = (decimal)rules.WriteShare, Output = 1,
    };
}
