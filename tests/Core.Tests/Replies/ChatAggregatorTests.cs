using System.Text;
using OrleansLlm.Core.Replies;

namespace OrleansLlm.Core.Tests.Replies;

public sealed class ChatAggregatorTests
{
    // Mistral's reasoning models send lists of parts, and strings after them.
    [Theory]
    [InlineData("""[{"type":"text","text":"NOT "}]""")]
    [InlineData("""[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]""")]
    [InlineData("5")]
    [InlineData("{}")]
    public void Add_ContentThatIsNoString_CannotBeGivenAgainAndIsBilled(string content)
    {
        var aggregator = new ChatAggregator();
        foreach (var data in new[] { Chunk("""{"role":"assistant","content":""}"""), Chunk($$"""{"content":{{content}}}"""), Chunk("""{"content":"true."}"""), Chunk("{}", "\"stop\""), "[DONE]" })
            aggregator.Add(Encoding.UTF8.GetBytes(data));

        Assert.True(aggregator.IsDone);
        Assert.False(aggregator.IsCacheable);
        Assert.Equal("true." + content, aggregator.Written);
    }

    [Fact]
    public void Add_ContentNullOrAString_CanBeGivenAgain()
    {
        var aggregator = new ChatAggregator();
        foreach (var data in new[] { Chunk("""{"role":"assistant","content":null}"""), Chunk("""{"content":null}"""), Chunk("""{"content":"true."}"""), Chunk("{}", "\"stop\""), "[DONE]" })
            aggregator.Add(Encoding.UTF8.GetBytes(data));

        Assert.True(aggregator.IsCacheable);
        Assert.Equal("true.", aggregator.Text);
    }

    private static string Chunk(string delta, string finishReason = "null") =>
        $$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{{delta}}},"finish_reason":{{{finishReason}}}}]}""";
}
