using System.Text;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Tests.Ledger;

/// <summary>What is billed by the service tier, from the wire to the ledger.</summary>
public sealed class ServiceTierTests
{
    private static readonly LedgerPricing Pricing = new(new ServedPrices(PriceCatalog.Default, (_, _) => null));

    [Theory]
    [InlineData("flex", ServiceTier.Flex)]
    [InlineData("priority", ServiceTier.Priority)]
    [InlineData("default", ServiceTier.Standard)]
    [InlineData("auto", null)]
    [InlineData("ultrafast", ServiceTier.Other)]
    public void Read_ServiceTier_IsThatOfRequestAndAnswer(string word, ServiceTier? expected)
    {
        Assert.Null(ChatRequestReader.Read(Bytes($$$"""{"model":"gpt-5","messages":[{"role":"user","content":"a"}],"service_tier":"{{{word}}}"}"""), null, out var chat));
        Assert.Null(ResponsesRequestReader.Read(Bytes($$$"""{"model":"gpt-5","input":"a","service_tier":"{{{word}}}"}"""), null, out var responses));
        Assert.Null(MessagesRequestReader.Read(Bytes($$$"""{"model":"claude-opus-5","max_tokens":5,"messages":[{"role":"user","content":"a"}],"service_tier":"{{{word}}}"}"""), out var messages));
        Assert.All([chat!, responses!, messages!], r => Assert.Equal(expected, r.Tier));

        var plain = CompletionFacts.Read(Bytes(
            $$$"""{"object":"chat.completion","model":"gpt-5","service_tier":"{{{word}}}","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}"""));
        Assert.Equal(expected, plain!.Usage!.Value.Tier);
        Assert.Equal(expected, Message($$""" "service_tier":"{{word}}" """).Tier);
    }

    [Theory]
    [InlineData("\"fast\"", ServiceTier.Other)]
    [InlineData("\"ultrafast\"", ServiceTier.Other)]
    [InlineData("\"standard\"", ServiceTier.Standard)]
    [InlineData("null", ServiceTier.Standard)]
    public void Read_SpeedOfMessages_IsATierWithoutAPriceUnlessStandard(string speed, ServiceTier expected)
    {
        Assert.Null(MessagesRequestReader.Read(
            Bytes($$"""{"model":"claude-opus-5","max_tokens":5,"messages":[{"role":"user","content":"a"}],"service_tier":"standard_only","speed":{{speed}}}"""), out var request));
        Assert.Equal(expected, request!.Tier);
        Assert.Equal(expected, Message($$""" "service_tier":"standard","speed":{{speed}} """).Tier);
    }

    [Theory]
    [InlineData("\"us\"", ServiceTier.Other)]
    [InlineData("7", ServiceTier.Other)]
    [InlineData("\"global\"", ServiceTier.Standard)]
    [InlineData("\"not_available\"", ServiceTier.Standard)]
    [InlineData("null", ServiceTier.Standard)]
    public void Read_GeographyOfMessages_IsATierWithoutAPriceUnlessGlobal(string geography, ServiceTier expected)
    {
        Assert.Null(MessagesRequestReader.Read(
            Bytes($$"""{"model":"claude-opus-5","max_tokens":5,"messages":[{"role":"user","content":"a"}],"service_tier":"standard_only","inference_geo":{{geography}}}"""), out var request));
        Assert.Equal(expected, request!.Tier);
        Assert.Equal(expected, Message($$""" "service_tier":"standard","inference_geo":{{geography}} """).Tier);
    }

    [Theory]
    [InlineData("""{"type":"message","input_tokens":1,"output_tokens":1}""", ServiceTier.Standard)]
    [InlineData("""{"type":"compaction","input_tokens":1,"output_tokens":1}""", ServiceTier.Standard)]
    [InlineData("""{"type":"advisor_message","model":"claude-opus-5-5","input_tokens":9,"output_tokens":9}""", ServiceTier.Other)]
    [InlineData("""{"type":"fallback_message","model":"claude-opus-5-5","input_tokens":9,"output_tokens":9}""", ServiceTier.Other)]
    [InlineData("""{"input_tokens":9,"output_tokens":9}""", ServiceTier.Other)]
    public void Read_IterationOfAnotherModel_IsATierWithoutAPrice(string iteration, ServiceTier expected) =>
        Assert.Equal(expected, Message($$""" "service_tier":"standard","iterations":[{"type":"message","input_tokens":1,"output_tokens":1},{{iteration}}] """).Tier);

    [Fact]
    public void Read_TwoSpeeds_IsRefused() => Assert.Equal("duplicate_parameter", MessagesRequestReader.Read(
        Bytes("""{"model":"m","max_tokens":5,"speed":"standard","speed":"fast","messages":[{"role":"user","content":"a"}]}"""), out _)?.Code);

    [Fact]
    public void Read_TwoServiceTiers_IsRefused()
    {
        var problem = ChatRequestReader.Read(Bytes("""{"model":"m","service_tier":"default","service_tier":"priority","messages":[{"role":"user","content":"a"}]}"""), null, out _);
        Assert.Equal("duplicate_parameter", problem!.Code);
    }

    [Fact]
    public void Stream_TierInAnEarlierChunk_HoldsForTheUsage()
    {
        var stream = new ChatAggregator();
        stream.Add(Bytes("""{"model":"gpt-5","service_tier":"priority","choices":[{"index":0,"delta":{"content":"a"}}]}"""));
        Assert.Equal(ServiceTier.Priority, stream.Tier);
        stream.Add(Bytes("""{"model":"gpt-5","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}"""));
        Assert.Equal(ServiceTier.Priority, stream.Usage!.Value.Tier);
    }

    [Theory]
    [InlineData(null, 1.25, 10)]
    [InlineData(ServiceTier.Standard, 1.25, 10)]
    [InlineData(ServiceTier.Flex, 0.625, 5)]
    [InlineData(ServiceTier.Priority, 2.5, 20)]
    public void Apply_TierWithAPrice_IsBilledAtIt(ServiceTier? tier, double input, double output)
    {
        var money = Pricing.Price(HitKind.Miss, "gpt-5", "gpt-5", 1_000_000, new TokenUsage(1_000_000, 1_000_000, Tier: tier), Entries.Noon);
        Assert.True(money.Priced);
        Assert.Equal((decimal)(input + output), money.CostUsd);
        Assert.Equal(money.CostUsd, money.BaselineUsd);
    }

    [Theory]
    [InlineData("gpt-5-nano", "gpt-5-nano", ServiceTier.Priority)]
    [InlineData("gpt-5", "gpt-4o", ServiceTier.Flex)]
    [InlineData("gpt-5", "gpt-5", ServiceTier.Other)]
    public void Apply_TierWithoutAPrice_IsTheListPriceAndCountedAsUnpriced(string baseline, string used, ServiceTier tier)
    {
        var standard = Pricing.Price(HitKind.Miss, baseline, used, 1000, new TokenUsage(1000, 100), Entries.Noon);
        var money = Pricing.Price(HitKind.Miss, baseline, used, 1000, new TokenUsage(1000, 100, Tier: tier), Entries.Noon);
        Assert.Equal(standard with { Priced = false }, money);
        Assert.NotEqual(0m, money.CostUsd);
        Assert.True(Pricing.Price(HitKind.Miss, baseline, used, 0, new TokenUsage(0, 0, Tier: tier), Entries.Noon).Priced);
    }

    [Fact]
    public void Catalog_FlexAndPriority_StandInTheirRatioToTheListPrice()
    {
        var tiers = PriceCatalog.Default.Prices.Where(static p => p.ServiceTier != ServiceTier.Standard).ToList();
        Assert.NotEmpty(tiers);
        Assert.All(tiers, tier =>
        {
            var standard = PriceCatalog.Default.Find(tier.Model, tier.Provider)!;
            var (least, most) = tier.ServiceTier == ServiceTier.Flex ? (0.3m, 1m) : (1m, 3m);
            Assert.InRange(tier.Input / standard.Input, least, most);
            Assert.InRange(tier.Output / standard.Output, least, most);
            Assert.Equal(standard.CachedInput is null, tier.CachedInput is null);
            Assert.Equal(standard.CacheWrite is null, tier.CacheWrite is null);
            Assert.Equal(standard.ValidFrom, tier.ValidFrom);
        });
    }

    private static TokenUsage Message(string usage) => CompletionFacts.Read(Bytes(
        $$$"""{"type":"message","role":"assistant","model":"claude-opus-5","content":[{"type":"text","text":"a"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1,{{{usage}}}}}"""))!.Usage!.Value;

    private static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);
}
