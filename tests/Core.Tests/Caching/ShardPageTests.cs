using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class ShardPageTests
{
    [Fact]
    public void Page_WalksAllLiveEntriesOnce()
    {
        var now = CacheEntries.Now;
        var contents = new ShardContents(4, new ShardLimits(1000, 1 << 20, TimeSpan.FromDays(1)));
        foreach (var i in Enumerable.Range(0, 25).Reverse())
            contents.Put(CacheEntries.Entry($"{i:00}", [], i == 7 ? now.AddDays(-1) : now), now.AddDays(-1));
        var seen = new List<string>();
        for (string? after = null; ;)
        {
            var page = contents.Page(after, 10, now);
            seen.AddRange(page.Select(e => e.Fingerprint));
            if (page.Count < 10)
                break;
            after = page[^1].Fingerprint;
        }

        Assert.Equal(Enumerable.Range(0, 25).Where(i => i != 7).Select(i => $"{i:00}"), seen);
    }
}
