using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;

namespace OrleansLlm.Core.Tests.Replies;

public sealed class ChatReplayTests
{
    private const string Stored = """{"id":"old","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Five \"euros\".","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}, "x":1.0}""";

    [Fact]
    public void Plain_ChangesIdAndCreatedAlone() => Assert.Equal(
        Stored.Replace("\"old\"", "\"new\"", StringComparison.Ordinal).Replace("\"created\":1", "\"created\":99", StringComparison.Ordinal),
        Encoding.UTF8.GetString(PlainReplay.Completion(Encoding.UTF8.GetBytes(Stored), "new", 99)));

    [Fact]
    public void Stream_Golden()
    {
        var text = string.Concat(ChatReplay.Stream(Encoding.UTF8.GetBytes(Stored), "n", 9, includeUsage: true).Select(Encoding.UTF8.GetString));
        Assert.Equal(
            """
            data: {"id":"n","object":"chat.completion.chunk","created":9,"model":"m","x":1.0,"choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"usage":null}

            data: {"id":"n","object":"chat.completion.chunk","created":9,"model":"m","choices":[{"index":0,"delta":{"content":"Five \u0022euros\u0022."},"logprobs":null,"finish_reason":null}],"usage":null}

            data: {"id":"n","object":"chat.completion.chunk","created":9,"model":"m","x":1.0,"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}

            data: {"id":"n","object":"chat.completion.chunk","created":9,"model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}

            data: [DONE]


            """,
            text);
    }

    [Fact]
    public void Stream_ThenAggregated_GivesTheTextBack() => Gen.String[1, 2000].Where(s => s.Trim().Length > 0 && IsUnicode(s)).Sample(text =>
    {
        var stored = JsonSerializer.SerializeToUtf8Bytes(new { id = "i", model = "m", choices = new[] { new { index = 0, message = new { role = "assistant", content = text }, finish_reason = "stop" } } });
        var aggregator = new ChatAggregator();
        foreach (var frame in SseEvents.Of(ChatReplay.Stream(stored, "n", 1, false)))
            aggregator.Add(frame.Data);
        Assert.True(aggregator.IsCacheable);
        Assert.Equal(text, aggregator.Text);
    });

    // A searching model names its sources beside the choices: without them the answer given again lacked a fact.
    [Fact]
    public void Stream_WithTheProvidersOwnFields_GivesThemAgainPlainAndStreamed()
    {
        var aggregator = new ChatAggregator();
        Assert.False(aggregator.Add("""{"id":"a","object":"chat.completion.chunk","created":1,"model":"m","obfuscation":"zz","citations":["u"],"x":null,"choices":[{"index":0,"delta":{"content":"a"}}]}"""u8.ToArray()));
        aggregator.Add("""{"id":"a","object":"chat.completion.chunk","created":1,"model":"m","citations":["u","v"],"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""u8.ToArray());
        aggregator.Add("[DONE]"u8.ToArray());
        Assert.True(aggregator.IsCacheable);
        var plain = aggregator.ToPlain("b", 2);
        Assert.EndsWith(""","citations":["u","v"]}""", Encoding.UTF8.GetString(plain), StringComparison.Ordinal);

        var chunks = ChatReplay.Stream(plain, "c", 3, includeUsage: false).Select(static f => Encoding.UTF8.GetString(f)).ToList();
        Assert.Equal([true, false, true, false], chunks.Select(static c => c.Contains("""
            "citations":["u","v"]
            """, StringComparison.Ordinal)));
    }

    [Fact]
    public void Stream_WithMoreOfTheProvidersOwnThanIsKept_IsNotCacheable()
    {
        var aggregator = new ChatAggregator();
        aggregator.Add(Encoding.UTF8.GetBytes($$"""{"model":"m","citations":"{{new string('u', 300_000)}}","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}"""));
        aggregator.Add("[DONE]"u8.ToArray());
        Assert.False(aggregator.IsCacheable);
    }

    [Theory]
    [InlineData("""{"error":{"message":"overloaded"}}""", true)]
    [InlineData("""{"model":"m","error":"gone","choices":[{"index":0,"delta":{"content":"b"}}]}""", true)]
    [InlineData("""{"model":"m","error":null,"choices":[{"index":0,"delta":{"content":"b"}}]}""", false)]
    // What cannot be read says nothing.
    [InlineData("{\"error\":", false)]
    [InlineData("7", false)]
    public void Add_ErrorAmongTheChunks_HasFailed(string data, bool failed)
    {
        foreach (IStreamAggregator aggregator in (IStreamAggregator[])[new ChatAggregator(), new CompletionsAggregator()])
        {
            aggregator.Add("""{"model":"m","choices":[{"index":0,"delta":{"content":"a"},"text":"a"}]}"""u8.ToArray());
            Assert.False(aggregator.HasFailed);
            aggregator.Add(Encoding.UTF8.GetBytes(data));
            Assert.Equal((failed, false), (aggregator.HasFailed, aggregator.IsDone));
            // Whatever comes after.
            aggregator.Add("""{"model":"m","choices":[{"index":0,"delta":{},"text":"","finish_reason":"stop"}]}"""u8.ToArray());
            aggregator.Add("[DONE]"u8.ToArray());
            Assert.Equal((failed, true), (aggregator.HasFailed, aggregator.IsDone));
            Assert.False(failed && aggregator.IsCacheable);
        }
    }

    [Fact]
    public void Add_ErrorWithCounts_CountsAreKept()
    {
        var aggregator = new ChatAggregator();
        aggregator.Add("""{"error":{"message":"overloaded"},"usage":{"prompt_tokens":9,"completion_tokens":7}}"""u8.ToArray());
        Assert.Equal((true, new TokenUsage(9, 7)), (aggregator.HasFailed, aggregator.Usage!.Value));
    }

    // Counts of what was written so far, as some tell them with every chunk or with the first alone.
    [Fact]
    public void Add_TextAfterTheCounts_TheyAreThePromptsAlone()
    {
        const string Counted = """{"model":"m","choices":[{"index":0,"delta":{"content":"a"},"text":"a"}],"usage":{"prompt_tokens":9,"completion_tokens":1}}""";
        const string Uncounted = """{"model":"m","choices":[{"index":0,"delta":{"content":" b"},"text":" b","logprobs":null,"finish_reason":null}]}""";
        const string End = """{"model":"m","choices":[{"index":0,"delta":{},"text":"","finish_reason":"stop"}]}""";
        foreach (IStreamAggregator aggregator in (IStreamAggregator[])[new ChatAggregator(), new CompletionsAggregator()])
        {
            Add(aggregator, Counted, End);
            Assert.Equal(new TokenUsage(9, 1), aggregator.Usage);
            Add(aggregator, Uncounted, End);
            Assert.Null(aggregator.Usage);
            Assert.Equal(new TokenUsage(9, 1), aggregator.PromptUsage);
            Add(aggregator, """{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}}""");
            Assert.Equal(new TokenUsage(9, 2), aggregator.Usage);
        }
    }

    [Fact]
    public void Add_CountsOfNothingAfterTheCounts_ChangeNothing()
    {
        var aggregator = new ChatAggregator();
        Add(
            aggregator, """{"model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}""", """{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":1}}""",
            """{"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}""", "[DONE]");
        Assert.Equal(new TokenUsage(9, 1), aggregator.Usage);
        Assert.Equal(new TokenUsage(9, 1), CompletionFacts.Read(aggregator.ToPlain("b", 2))!.Usage);
    }

    private static void Add(IStreamAggregator aggregator, params string[] events)
    {
        foreach (var data in events)
            aggregator.Add(Encoding.UTF8.GetBytes(data));
    }

    [Fact]
    public void Read_ToolCallWithoutCounts_CountsAsWrittenAndNotAsText()
    {
        var facts = CompletionFacts.Read("""{"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"One moment. ","reasoning_content":"Hm. ","tool_calls":[{"id":"call_1","type":"function","function":{"name":"find","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}"""u8.ToArray())!;
        Assert.Equal(("One moment. ", "One moment. Hm. find{}"), (facts.Text, facts.Written));
    }

    [Fact]
    public void Add_ErrorThatIsNull_IsAChunkLikeAnother()
    {
        var aggregator = new ChatAggregator();
        aggregator.Add("""{"model":"m","error":null,"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}"""u8.ToArray());
        aggregator.Add("[DONE]"u8.ToArray());
        Assert.Equal(("a", true), (aggregator.Text, aggregator.IsCacheable));
    }

    [Theory]
    [InlineData("stop", "\"content\":\"x\"", true)]
    [InlineData("length", "\"content\":\"x\"", false)]
    [InlineData("content_filter", "\"content\":\"x\"", false)]
    [InlineData("tool_calls", "\"content\":null,\"tool_calls\":[{\"id\":\"1\"}]", false)]
    [InlineData("stop", "\"content\":\"x\",\"refusal\":\"no\"", false)]
    [InlineData("stop", "\"content\":\"\"", false)]
    [InlineData("stop", "\"content\":\"x\",\"audio\":{\"id\":\"a\"}", false)]
    public void Read_Answer_IsCacheableOnlyWhenItCanBeGivenAgain(string reason, string message, bool cacheable)
    {
        var json = $$$"""{"model":"m","choices":[{"index":0,"message":{"role":"assistant",{{{message}}}},"finish_reason":"{{{reason}}}"}]}""";
        Assert.Equal(cacheable, CompletionFacts.Read(Encoding.UTF8.GetBytes(json))!.IsCacheable);
    }

    [Fact]
    public void Add_ToolCallThatBrokeOff_CountsAsWrittenAndNotAsText()
    {
        var aggregator = new ChatAggregator();
        foreach (var delta in new[]
        {
            """{"role":"assistant","content":"One moment. ","reasoning_content":"Hm. "}""",
            """{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"find","arguments":""}}]}""",
            """{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":\"Oslo\"}"}}]}""",
        })
            aggregator.Add(Encoding.UTF8.GetBytes($$"""{"model":"m","choices":[{"index":0,"delta":{{delta}}}]}"""));
        Assert.Equal(("One moment. ", """One moment. Hm. find{"city":"Oslo"}"""), (aggregator.Text, aggregator.Written));
        Assert.False(aggregator.IsCacheable);
    }

    [Fact]
    public void Stream_OfAnAnswerWithLogProbabilitiesAndWithoutIndex_GivesThemWithTheText()
    {
        var stored = """{"id":"a","object":"chat.completion","created":1,"model":"m","choices":[{"message":{"role":"assistant","content":"Oslo."},"logprobs":{"content":[{"token":"Oslo","logprob":-0.5},{"token":".","logprob":-0.1}]},"finish_reason":"stop"}]}""";
        var chunks = ChatReplay.Stream(Encoding.UTF8.GetBytes(stored), "b", 2, includeUsage: false).Select(Encoding.UTF8.GetString).ToList();
        Assert.Contains(chunks, static c => c.Contains("\"content\":\"Oslo.\"", StringComparison.Ordinal) && c.Contains("\"logprob\":-0.5", StringComparison.Ordinal) && c.Contains("\"index\":0", StringComparison.Ordinal));
    }

    private static bool IsUnicode(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
}
