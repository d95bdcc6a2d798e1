using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Tests.Replies;

public sealed class CompletionsReplayTests
{
    private const string Stored =
        """{"id":"cmpl-1","object":"text_completion","created":1,"model":"gpt-3.5-turbo-instruct","system_fingerprint":"fp","choices":[{"text":" there was é 😀 a fox.","index":0,"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":9,"total_tokens":12,"prompt_tokens_details":{"cached_tokens":2}}}""";

    [Fact]
    public void Stream_ThenAggregated_IsTheStoredAnswer()
    {
        var aggregator = WireForms.Of(WireForm.Completions).NewAggregator();
        var usageOnly = 0;
        foreach (var frame in SseEvents.Of(WireForms.Of(WireForm.Completions).ReplayStream(Encoding.UTF8.GetBytes(Stored), "cmpl-r", 7, includeUsage: true)))
            usageOnly += aggregator.Add(frame.Data) ? 1 : 0;
        Assert.Equal((true, true, 1), (aggregator.IsDone, aggregator.IsCacheable, usageOnly));
        Assert.Equal(new TokenUsage(3, 9, 2), aggregator.Usage);
        using var expected = JsonDocument.Parse(WireForms.Of(WireForm.Completions).Replay(Encoding.UTF8.GetBytes(Stored), "cmpl-r", 7));
        using var actual = JsonDocument.Parse(aggregator.ToPlain("cmpl-r", 7));
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement));
        Assert.Equal("cmpl-r", actual.RootElement.GetProperty("id").GetString());
    }

    [Fact]
    public void Stream_WithoutUsageAsked_HasNone() => Assert.DoesNotContain(
        "usage", string.Concat(CompletionsReplay.Stream(Encoding.UTF8.GetBytes(Stored), "i", 7, includeUsage: false).Select(Encoding.UTF8.GetString)), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"finish_reason\":\"stop\"", "\"finish_reason\":\"length\"")]
    [InlineData("\"logprobs\":null", "\"logprobs\":{\"tokens\":[]}")]
    [InlineData("\"logprobs\":null", "\"content_filter_results\":{\"hate\":1}")]
    [InlineData(" there was é 😀 a fox.", "")]
    public void Facts_OfWhatCannotBeGivenAgain_AreNotCacheable(string what, string by)
    {
        Assert.True(CompletionFacts.Read(Encoding.UTF8.GetBytes(Stored)) is { IsCacheable: true, Text: " there was é 😀 a fox." });
        Assert.True(CompletionFacts.Read(Encoding.UTF8.GetBytes(Stored.Replace(what, by, StringComparison.Ordinal))) is { IsCacheable: false });
    }
}
