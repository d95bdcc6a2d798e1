using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;

namespace OrleansLlm.Core.Tests.Replies;

/// <summary>Streams written from the public reference of the Messages API, read, stored and given again.</summary>
public sealed class MessagesReplayTests
{
    private const string Start = """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude-haiku-4-5","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":9,"cache_creation_input_tokens":20,"cache_read_input_tokens":100,"cache_creation":{"ephemeral_5m_input_tokens":15,"ephemeral_1h_input_tokens":5},"output_tokens":1,"service_tier":"standard"}}}""";
    private const string Open = """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""";
    private const string Hello = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}""";
    private const string World = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" wörld"}}""";
    private const string Close = """{"type":"content_block_stop","index":0}""";
    private const string End = """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":15}}""";
    private const string Stop = """{"type":"message_stop"}""";
    private const string Ping = """{"type":"ping"}""";

    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 300).Select(i => "word" + i)) + " 🙂";

    private static readonly string Stored =
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[{"type":"text","text":"LONG"}],"stop_reason":"stop_sequence","stop_sequence":"\n\nHuman","usage":{"input_tokens":9,"cache_creation_input_tokens":0,"cache_read_input_tokens":4,"output_tokens":3},"x":1.50}"""
            .Replace("LONG", Long, StringComparison.Ordinal);

    public static TheoryData<string, string[]> NotGivenAgain => new()
    {
        { "no end", [Start, Open, Hello] },
        { "no stop event", [Start, Open, Hello, Close, End] },
        { "no counts", [Start, Open, Hello, Close, Stop] },
        { "max_tokens", [Start, Open, Hello, Close, End.Replace("end_turn", "max_tokens", StringComparison.Ordinal), Stop] },
        { "refusal", [Start, Open, Hello, Close, End.Replace("end_turn", "refusal", StringComparison.Ordinal), Stop] },
        { "pause_turn", [Start, Open, Hello, Close, End.Replace("end_turn", "pause_turn", StringComparison.Ordinal), Stop] },
        { "tool_use", [Start, """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"w","input":{}}}""", """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}""", Close, End.Replace("end_turn", "tool_use", StringComparison.Ordinal), Stop] },
        { "thinking", [Start, """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}""", """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s"}}""", Close, Open.Replace("\"index\":0", "\"index\":1", StringComparison.Ordinal), Hello.Replace("\"index\":0", "\"index\":1", StringComparison.Ordinal), End, Stop] },
        { "citation", [Start, Open, Hello, """{"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{}}}""", Close, End, Stop] },
        { "error in band", [Start, Open, Hello, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""] },
        { "unknown event", [Start, Open, Hello, Close, """{"type":"surprise"}""", End, Stop] },
        { "broken JSON", [Start, Open, Hello, "{", Close, End, Stop] },
        { "empty", [Start, End, Stop] },
    };

    [Fact]
    public void Add_WholeStream_IsThePlainMessageWithItsCounts()
    {
        var aggregator = Follow(Start, Open, Ping, Hello, World, Close, End, Stop);
        Assert.True(aggregator.IsDone && aggregator.IsCacheable);
        Assert.Equal("Hello wörld", aggregator.Text);
        // Anthropic's input_tokens count neither what its cache read nor what it wrote.
        Assert.Equal(new TokenUsage(129, 15, 100, 20, 0, 5, ServiceTier.Standard), aggregator.Usage);
        using var plain = JsonDocument.Parse(aggregator.ToPlain("msg_new", 0));
        var root = plain.RootElement;
        Assert.Equal(("msg_new", "end_turn"), (root.GetProperty("id").GetString(), root.GetProperty("stop_reason").GetString()));
        Assert.Equal("Hello wörld", Assert.Single(root.GetProperty("content").EnumerateArray()).GetProperty("text").GetString());
        Assert.Equal((9, 15), (root.GetProperty("usage").GetProperty("input_tokens").GetInt32(), root.GetProperty("usage").GetProperty("output_tokens").GetInt32()));
        Assert.Equal("standard", root.GetProperty("usage").GetProperty("service_tier").GetString());
        Assert.Equal(aggregator.Usage, CompletionFacts.Read(aggregator.ToPlain("msg_new", 0))!.Usage);
    }

    [Fact]
    public void Read_UsageWithACompaction_IsTheSum()
    {
        const string Usage = """{"input_tokens":10,"output_tokens":20,"iterations":[{"type":"compaction","input_tokens":1000,"cache_read_input_tokens":50,"cache_creation_input_tokens":7,"cache_creation":{"ephemeral_1h_input_tokens":3},"output_tokens":300},{"type":"message","input_tokens":10,"output_tokens":20}]}""";
        var message = $$"""{"type":"message","role":"assistant","model":"claude-opus-5","content":[{"type":"text","text":"a"}],"stop_reason":"end_turn","usage":{{Usage}}}""";
        var sum = new TokenUsage(1067, 320, 50, 7, 0, 3);
        Assert.Equal(sum, CompletionFacts.Read(Encoding.UTF8.GetBytes(message))!.Usage);
        // A stream tells it at its end.
        var end = $$"""{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{{Usage}}}""";
        Assert.Equal(sum, Follow("""{"type":"message_start","message":{"type":"message","role":"assistant","model":"claude-opus-5","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}""", Open, Hello, Close, end, Stop).Usage);
    }

    [Theory]
    [MemberData(nameof(NotGivenAgain))]
    public void Add_WhatMustNotBeGivenAgain_SaysSo(string name, string[] events) => Assert.False(Follow(events).IsCacheable, name);

    [Fact]
    public void Add_BrokenOff_KeepsThePromptsCountsAndAllThatWasWritten()
    {
        var aggregator = Follow(
            Start, """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}""", """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm. "}}""",
            Open.Replace("\"index\":0", "\"index\":1", StringComparison.Ordinal), Hello.Replace("\"index\":0", "\"index\":1", StringComparison.Ordinal));
        Assert.False(aggregator.IsDone);
        Assert.Null(aggregator.Usage);
        Assert.Equal((129, 100, 20), (aggregator.PromptUsage!.Value.PromptTokens, aggregator.PromptUsage.Value.CachedTokens, aggregator.PromptUsage.Value.CacheWriteTokens));
        Assert.Equal(("Hello", "Hm. Hello"), (aggregator.Text, aggregator.Written));
    }

    [Fact]
    public void Add_TextAfterTheCountsOrWithoutAny_IsNotCounted()
    {
        Assert.Equal((129, 15), (Follow(Start, Open, Hello, Close, End).Usage!.Value.PromptTokens, Follow(Start, Open, Hello, Close, End).Usage!.Value.CompletionTokens));
        Assert.Null(Follow(Start, Open, Hello, End, World).Usage);
        Assert.Null(Follow(Start, Open, Hello, Close, End.Replace("\"output_tokens\":15", "", StringComparison.Ordinal), Stop).Usage);
        // What the beginning said of the prompt holds all the same.
        Assert.Equal(129, Follow(Start.Replace("\"output_tokens\":1,", "", StringComparison.Ordinal), Open, Hello).PromptUsage!.Value.PromptTokens);
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", true)]
    [InlineData(Stop, false)]
    public void Add_ErrorAtTheEnd_HasFailed(string end, bool failed)
    {
        var aggregator = Follow(Start, Open, Hello);
        Assert.False(aggregator.HasFailed);
        aggregator.Add(Encoding.UTF8.GetBytes(end));
        Assert.Equal((failed, true), (aggregator.HasFailed, aggregator.IsDone));
        Assert.False(Follow(Start, """{"type":"surprise"}""", "{", Stop).HasFailed);
    }

    [Fact]
    public void Plain_KeepsEveryByteButTheId() =>
        Assert.Equal(Stored.Replace("msg_1", "msg_2", StringComparison.Ordinal), Encoding.UTF8.GetString(MessagesReplay.Plain(Encoding.UTF8.GetBytes(Stored), "msg_2")));

    [Fact]
    public void Stream_ReadBack_IsThePlainMessage()
    {
        var aggregator = new MessagesAggregator();
        var frames = SseEvents.Of(MessagesReplay.Stream(Encoding.UTF8.GetBytes(Stored), "msg_2"));
        foreach (var frame in frames)
        {
            Assert.False(aggregator.IsDone);
            Assert.False(aggregator.Add(frame.Data));
            using var data = JsonDocument.Parse(frame.Data);
            Assert.StartsWith("event: " + data.RootElement.GetProperty("type").GetString() + "\n", Encoding.UTF8.GetString(frame.Raw.Span), StringComparison.Ordinal);
        }

        Assert.True(aggregator.IsDone && aggregator.IsCacheable);
        Assert.Equal(new TokenUsage(13, 3, 4, 0), aggregator.Usage);
        using var again = JsonDocument.Parse(aggregator.ToPlain("msg_3", 0));
        using var stored = JsonDocument.Parse(Stored.Replace("msg_1", "msg_3", StringComparison.Ordinal));
        Assert.True(JsonElement.DeepEquals(stored.RootElement, again.RootElement), again.RootElement.GetRawText());
        var types = frames.Select(f => JsonDocument.Parse(f.Data).RootElement.GetProperty("type").GetString()!).ToList();
        Assert.Equal(["message_start", "content_block_start", "content_block_delta"], types.Take(3));
        Assert.Equal(["content_block_stop", "message_delta", "message_stop"], types.TakeLast(3));
    }

    [Theory]
    [InlineData("\"stop_sequence\",\"stop", "\"max_tokens\",\"stop")]
    [InlineData("\"type\":\"text\"", "\"type\":\"thinking\"")]
    [InlineData("\"type\":\"text\"", "\"citations\":[{}],\"type\":\"text\"")]
    [InlineData("\"x\":1.50", "\"container\":{\"id\":\"c\"}")]
    public void Facts_OfWhatMustNotBeGivenAgain_SaySo(string text, string changed)
    {
        Assert.True(CompletionFacts.Read(Encoding.UTF8.GetBytes(Stored))!.IsCacheable);
        Assert.Contains(text, Stored, StringComparison.Ordinal);
        Assert.False(CompletionFacts.Read(Encoding.UTF8.GetBytes(Stored.Replace(text, changed, StringComparison.Ordinal)))!.IsCacheable);
    }

    [Fact]
    public void Add_AnyPrefixOfAStream_NeverThrowsAndIsNotGivenAgain()
    {
        string[] all = [Start, Open, Ping, Hello, World, Close, End, Stop];
        Gen.Int[0, all.Length - 1].Array[0, 12].Sample(order =>
        {
            var events = order.Select(i => all[i]).ToArray();
            var aggregator = Follow(events);
            Assert.NotNull(aggregator.Text);
            if (aggregator.IsCacheable)
                Assert.True(events.Contains(Start) && events.Contains(End) && events.Contains(Stop) && events.Contains(Open));
        });
    }

    private static MessagesAggregator Follow(params string[] events)
    {
        var aggregator = new MessagesAggregator();
        foreach (var e in events)
            aggregator.Add(Encoding.UTF8.GetBytes(e));
        return aggregator;
    }
}
