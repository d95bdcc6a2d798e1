using OrleansLlm.Grains.Upstream;
using OrleansLlm.Silo.Upstream.Resilience;

namespace OrleansLlm.Cluster.Tests.Upstream.Resilience;

public sealed class RetryHintTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("retry-after", "2", 2000)]
    [InlineData("retry-after", "1.5", 1500)]
    [InlineData("retry-after-ms", "250", 250)]
    [InlineData("retry-after", "Thu, 26 Nov 2026 12:00:30 GMT", 30_000)]
    [InlineData("retry-after", "Thu, 26 Nov 2026 11:00:00 GMT", 0)]
    [InlineData("retry-after", "99999999999999", 86_400_000)]
    [InlineData("retry-after", "-5", null)]
    [InlineData("retry-after", "NaN", null)]
    [InlineData("retry-after", "Infinity", null)]
    [InlineData("retry-after-ms", "-Infinity", null)]
    [InlineData("retry-after", "soon", null)]
    public void Of_WhateverAProviderSends_IsAPauseOrNone(string name, string value, int? milliseconds)
    {
        var reply = new UpstreamReply(429, [new(name, value)], null, Stream.Null);
        Assert.Equal(milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : null, RetryHint.Of(reply, Now).After);
    }
}
