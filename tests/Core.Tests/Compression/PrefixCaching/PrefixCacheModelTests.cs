using OrleansLlm.Core.Compression.PrefixCaching;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Compression.PrefixCaching;

public sealed class PrefixCacheModelTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private static readonly PrefixCacheRules Rules = new(1024, 128, .1, 1.25, TimeSpan.FromMinutes(5));

    [Fact]
    public void Send_GrowingConversation_ReadsWholeStepsOfWhatWasSentBefore()
    {
        var cache = new PrefixCacheModel(Rules);
        Assert.Equal(new TokenUsage(1200, 0, 0, 1152), cache.Send([new("a", 1200)], Start));
        Assert.Equal(new TokenUsage(1400, 0, 1152, 128), cache.Send([new("a", 1200), new("b", 200)], Start.AddMinutes(1)));
    }

    [Fact]
    public void Send_ShortPrompt_IsNotCached()
    {
        var cache = new PrefixCacheModel(Rules);
        cache.Send([new("a", 1000)], Start);
        Assert.Equal(0, cache.Send([new("a", 1000), new("b", 600)], Start).CachedTokens);
    }

    [Fact]
    public void Send_ChangedBeginning_ReadsNothing()
    {
        var cache = new PrefixCacheModel(Rules);
        cache.Send([new("a", 1200), new("b", 400)], Start);
        Assert.Equal(0, cache.Send([new("A", 1200), new("b", 400)], Start).CachedTokens);
    }

    [Fact]
    public void Send_AfterTheTimeToLive_ReadsNothing()
    {
        var cache = new PrefixCacheModel(Rules);
        cache.Send([new("a", 1200)], Start);
        Assert.Equal(1152, cache.Send([new("a", 1200)], Start.AddMinutes(4)).CachedTokens);
        Assert.Equal(1152, cache.Send([new("a", 1200)], Start.AddMinutes(8)).CachedTokens);
        Assert.Equal(0, cache.Send([new("a", 1200)], Start.AddMinutes(14)).CachedTokens);
    }
}
