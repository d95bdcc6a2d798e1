using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;

namespace OrleansLlm.Core.Tests.Replies;

public sealed class ResponsesReplayTests
{
    private const string Stored =
        """
        {"id":"resp_1","object":"response","created_at":5,"status":"completed","error":null,"incomplete_details":null,"model":"gpt-4o","output":[{"type":"reasoning","id":"rs_1","summary":[]},{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"LONG","annotations":[]}]}],"usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":4},"output_tokens":3,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":12},"x":1.50}
        """;

    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 300).Select(i => "word" + i)) + " 🙂";

    private static string Whole => Stored.Trim().Replace("LONG", Long, StringComparison.Ordinal);

    [Fact]
    public void Plain_KeepsEveryByteButTheTime() =>
        Assert.Equal(Whole.Replace("\"created_at\":5", "\"created_at\":77", StringComparison.Ordinal), Encoding.UTF8.GetString(ResponsesReplay.Plain(Encoding.UTF8.GetBytes(Whole), 77)));

    [Fact]
    public void Stream_ReadBack_IsThePlainResponse()
    {
        var aggregator = new ResponsesAggregator();
        var frames = SseEvents.Of(ResponsesReplay.Stream(Encoding.UTF8.GetBytes(Whole), 77));
        foreach (var frame in frames)
        {
            Assert.False(aggregator.IsDone);
            Assert.False(aggregator.Add(frame.Data));
        }

        Assert.True(aggregator.IsDone && aggregator.IsCacheable);
        Assert.Equal(Long, aggregator.Text);
        Assert.Equal(new TokenUsage(9, 3, 4, 0, 1), aggregator.Usage);
        Assert.Equal("resp_1", JsonDocument.Parse(aggregator.ToPlain("other", 0)).RootElement.GetProperty("id").GetString());
        var types = frames.Select(f => JsonDocument.Parse(f.Data).RootElement.GetProperty("type").GetString()!).ToList();
        Assert.Equal(["response.created", "response.in_progress", "response.output_item.added", "response.output_item.done", "response.output_item.added", "response.content_part.added"], types.Take(6));
        Assert.Equal(["response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"], types.TakeLast(4));
        Assert.Equal(Enumerable.Range(0, types.Count), frames.Select(f => JsonDocument.Parse(f.Data).RootElement.GetProperty("sequence_number").GetInt32()));
        Assert.Equal(Long, string.Concat(frames.Select(f => JsonDocument.Parse(f.Data).RootElement).Where(e => e.GetProperty("type").GetString() == "response.output_text.delta").Select(e => e.GetProperty("delta").GetString())));
    }

    [Fact]
    public void Add_TextBeforeABreak_IsCounted()
    {
        var aggregator = new ResponsesAggregator();
        aggregator.Add("""{"type":"response.output_text.delta","delta":"Half"}"""u8.ToArray());
        Assert.Equal((false, false, "Half"), (aggregator.IsDone, aggregator.IsCacheable, aggregator.Text));
        aggregator.Add("""{"type":"response.function_call_arguments.delta","delta":"{\"a\":1}"}"""u8.ToArray());
        Assert.Equal(("Half", """Half{"a":1}"""), (aggregator.Text, aggregator.Written));
    }

    [Theory]
    [InlineData("""{"type":"error","code":"server_error","message":"gone","param":null}""", true)]
    [InlineData("""{"type":"response.failed","response":{"id":"resp_1","object":"response","status":"failed","error":{"code":"server_error"},"model":"o3","output":[],"usage":null}}""", true)]
    [InlineData("""{"type":"response.incomplete","response":{"id":"resp_1","object":"response","status":"incomplete","error":null,"model":"o3","output":[],"usage":null}}""", false)]
    [InlineData("""{"type":"response.completed","response":{"id":"resp_1","object":"response","status":"completed","error":null,"model":"o3","output":[],"usage":null}}""", false)]
    public void Add_ErrorAtTheEnd_HasFailed(string end, bool failed)
    {
        var aggregator = new ResponsesAggregator();
        aggregator.Add("""{"type":"response.output_text.delta","delta":"Half"}"""u8.ToArray());
        Assert.False(aggregator.HasFailed);
        aggregator.Add(Encoding.UTF8.GetBytes(end));
        Assert.Equal((failed, true, false), (aggregator.HasFailed, aggregator.IsDone, aggregator.IsCacheable));
    }

    [Theory]
    [InlineData("\"status\":\"completed\",\"error\"", "\"status\":\"incomplete\",\"error\"")]
    [InlineData("\"error\":null", "\"error\":{\"code\":\"x\"}")]
    [InlineData("\"type\":\"reasoning\"", "\"type\":\"web_search_call\"")]
    [InlineData("\"type\":\"output_text\"", "\"type\":\"refusal\"")]
    [InlineData("\"annotations\":[]", "\"annotations\":[{\"type\":\"url_citation\"}]")]
    public void Facts_OfWhatMustNotBeGivenAgain_SaySo(string text, string changed)
    {
        Assert.True(CompletionFacts.Read(Encoding.UTF8.GetBytes(Whole))!.IsCacheable);
        Assert.Contains(text, Whole, StringComparison.Ordinal);
        Assert.False(CompletionFacts.Read(Encoding.UTF8.GetBytes(Whole.Replace(text, changed, StringComparison.Ordinal)))!.IsCacheable);
    }
}
