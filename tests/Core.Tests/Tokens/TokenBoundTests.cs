using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Tokens;

public sealed class TokenBoundTests
{
    private static readonly ModelLimits Limits = ModelLimits.Of("gpt-4o");

    // As often near the greatest as near the least.
    private static readonly Gen<long> Amounts = Gens.Of<Func<int, long>>(static i => 1 + i, static i => int.MaxValue - i).Select(Gen.Int[0, 1000], static (from, i) => from(i));

    [Fact]
    public void Of_AnyText_IsNoLessThanCounted() => Gen.String.Array[1, 4].Sample(texts =>
    {
        var messages = texts.Select(t => new { role = "user", content = new string([.. t.Where(c => !char.IsSurrogate(c))]) }).ToArray();
        var chat = Read(new { model = "gpt-4o", messages });
        Assert.True(TokenBound.Of(chat, "gpt-4o", Limits).Prompt >= PromptTokens.Count(ModelTokenizer.ForModel("gpt-4o"), chat));
    });

    [Fact]
    public void Of_ToolsAndFormats_CountByTheByte()
    {
        var plain = Read(new { model = "gpt-4o", messages = new[] { new { role = "user", content = "hi" } } });
        var tools = Read(new { model = "gpt-4o", messages = new[] { new { role = "user", content = "hi" } }, tools = new[] { new { type = "function", function = new { name = new string('x', 500) } } } });
        Assert.True(TokenBound.Of(tools, "gpt-4o", Limits).Prompt >= TokenBound.Of(plain, "gpt-4o", Limits).Prompt + 500);
    }

    [Fact]
    public void Of_Image_MayFillTheContext() => Assert.Equal(128_000, TokenBound.Of(
        Read(new { model = "gpt-4o", messages = new[] { new { role = "user", content = new object[] { new { type = "image_url", image_url = new { url = "https://x/y.png" } } } } } }), "gpt-4o", Limits).Prompt);

    [Fact]
    public void Of_EarlierResponse_MayFillTheContext()
    {
        Assert.Null(ResponsesRequestReader.Read(Encoding.UTF8.GetBytes("""{"model":"gpt-4o","input":"go on","previous_response_id":"resp_1"}"""), null, out var request));
        Assert.Equal(128_000, TokenBound.Of(request!, "gpt-4o", Limits).Prompt);
    }

    [Theory]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}],"tools":[{"type":"web_search_20250305","name":"web_search"}]}""", true)]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}],"mcp_servers":[{"url":"https://x"}]}""", true)]
    [InlineData("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}],"tools":[{"name":"f","input_schema":{}},{"type":"custom","name":"g"}]}""", false)]
    public void Of_MessagesWithToolsThatTheProviderRuns_MayFillTheContext(string body, bool fills)
    {
        Assert.Null(MessagesRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
        Assert.Equal(fills, TokenBound.Of(request!, "gpt-4o", Limits).Prompt == 128_000);
    }

    [Theory]
    [InlineData("""[{"type":"document","source":{"type":"url","url":"https://x/y.pdf"}}]""", true)]
    [InlineData("""[{"type":"text","text":"a"},{"type":"document","source":{"type":"file","file_id":"f"}}]""", true)]
    [InlineData("""[{"type":"image","source":{"type":"url","url":"https://x/y.png"}}]""", true)]
    [InlineData("""[{"type":"surprise"}]""", true)]
    [InlineData("""[{"type":"text","text":"a"},{"type":"search_result","source":"s","title":"t","content":[{"type":"text","text":"b"}]},{"type":"tool_reference","tool_name":"f"}]""", false)]
    [InlineData("\"a\"", false)]
    [InlineData("[]", false)]
    public void Of_MessagesWithAToolsResult_MayFillTheContextUnlessItIsText(string result, bool fills)
    {
        var body = $$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":{{result}}}]}]}""";
        Assert.Null(MessagesRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
        Assert.Equal(fills, TokenBound.Of(request!, "gpt-4o", Limits).Prompt == 128_000);
    }

    /// <summary>An agent's functions, their calls and what came of them stand in the body: nothing of them is the provider's.</summary>
    [Theory]
    [InlineData("""[{"role":"user","content":"a"}],"tools":[{"type":"function","name":"f","parameters":{}},{"type":"custom","name":"g"}]""", false)]
    [InlineData("""[{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"b"}]""", false)]
    [InlineData("""[{"type":"custom_tool_call","call_id":"c","name":"f","input":"a"},{"type":"custom_tool_call_output","call_id":"c","output":"b"}]""", false)]
    [InlineData("""[{"role":"user","content":"a"}],"tools":[{"type":"function","name":"f"},{"type":"web_search"}]""", true)]
    [InlineData("""[{"role":"user","content":"a"}],"tools":[{"name":"f"}]""", true)]
    [InlineData("""[{"type":"function_call_output","call_id":"c","output":[{"type":"input_image","image_url":"https://x/y.png"}]}]""", true)]
    [InlineData("""[{"type":"function_call_output","call_id":"c","output":"b"},{"role":"user","content":[{"type":"input_file","file_id":"f"}]}]""", true)]
    [InlineData("""[{"type":"item_reference","id":"i"}]""", true)]
    [InlineData("""[{"type":"reasoning","id":"r","summary":[]}]""", true)]
    [InlineData("""[{"type":"web_search_call","id":"w","status":"completed"}]""", true)]
    public void Of_Response_MayFillTheContextUnlessAllStandsInTheBody(string input, bool fills)
    {
        var body = $$"""{"model":"m","max_output_tokens":9,"input":{{input}}}""";
        Assert.Null(ResponsesRequestReader.Read(Encoding.UTF8.GetBytes(body), null, out var request));
        Assert.Equal(new TokenBound(fills ? 128_000 : body.Length, 9), TokenBound.Of(request!, "house", Limits));
    }

    /// <summary>What the provider reads, and writes, to shorten a conversation is billed beside the answer.</summary>
    [Fact]
    public void Of_ConversationThatTheProviderMayShorten_IsReadAndWrittenTwice()
    {
        const string Body = """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}],"context_management":{"edits":[{"type":"compact_20260112"}]}}""";
        Assert.Null(MessagesRequestReader.Read(Encoding.UTF8.GetBytes(Body), out var message));
        Assert.Equal(new TokenBound(2 * Body.Length, 18), TokenBound.Of(message!, "house", Limits));
        Assert.Null(ResponsesRequestReader.Read("""{"model":"m","max_output_tokens":9,"previous_response_id":"r","context_management":[{"type":"compaction"}]}"""u8.ToArray(), null, out var response));
        Assert.Equal(new TokenBound(256_000, 18), TokenBound.Of(response!, "gpt-4o", Limits));
    }

    [Theory]
    [InlineData("""[{"name":"f","input_schema":{}}]""", 600)]
    [InlineData("[]", 0)]
    public void Of_MessagesWithTools_CountsThePromptThatTheProviderAdds(string tools, int added)
    {
        var body = $$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}],"tools":{{tools}}}""";
        Assert.Null(MessagesRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
        Assert.Equal(body.Length + added, TokenBound.Of(request!, "house", Limits).Prompt);
    }

    [Fact]
    public void Of_ChatThatSearchesTheWeb_MayFillTheContext() => Assert.Equal(
        128_000, TokenBound.Of(Read(new { model = "gpt-4o", web_search_options = new { }, messages = new[] { new { role = "user", content = "hi" } } }), "gpt-4o", Limits).Prompt);

    [Fact]
    public void Of_OtherVendorsModel_CountsBytes()
    {
        var text = string.Join(' ', Enumerable.Repeat("aaaa", 801));
        var chat = Read(new { model = "house", messages = new[] { new { role = "user", content = text } } });
        Assert.True(TokenBound.Of(chat, "house", ModelLimits.Unknown).Prompt >= 4000);
        Assert.True(TokenBound.Of(chat, "gpt-4o", Limits).Prompt < 2000);
    }

    [Fact]
    public void Of_AWordTooLongToBeCountedAsAWhole_CountsBytes()
    {
        var chat = Read(new { model = "gpt-4o", messages = new[] { new { role = "user", content = new string('a', 4000) } } });
        Assert.True(TokenBound.Of(chat, "gpt-4o", Limits).Prompt >= 4000);
    }

    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a"}]}""", 16_384)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":7}""", 7)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":7,"max_completion_tokens":70}""", 70)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a"}],"max_completion_tokens":7,"max_tokens":70}""", 70)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":7,"n":3}""", 21)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":-1}""", 16_384)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":0}""", 16_384)]
    public void Of_BoundOnTheAnswer_IsTheGreatestGivenForAllChoices(string body, long completion)
    {
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), null, out var chat));
        Assert.Equal(completion, TokenBound.Of(chat!, "gpt-4o", Limits).Completion);
    }

    [Fact]
    public void Of_CompletionsOfSeveralPrompts_CountEveryAnswerWritten()
    {
        Assert.Null(CompletionsRequestReader.Read(Encoding.UTF8.GetBytes("""{"model":"gpt-3.5-turbo-instruct","prompt":["a","b"],"n":2,"best_of":5,"max_tokens":7}"""), null, out var request));
        Assert.Equal(2 * 5 * 7, TokenBound.Of(request!, "gpt-3.5-turbo-instruct", Limits).Completion);
    }

    // Multiplied out these go beyond 64 bits.
    [Fact]
    public void Of_MoreAnswersThanCanBeCounted_IsTheMost()
    {
        Assert.Null(CompletionsRequestReader.Read(Encoding.UTF8.GetBytes("""{"model":"m","prompt":["a","b","c","d"],"best_of":2147483647,"max_tokens":2147483647}"""), null, out var request));
        Assert.Equal(long.MaxValue, TokenBound.Of(request!, "gpt-3.5-turbo-instruct", Limits).Completion);
    }

    [Fact]
    public void Of_AnswersThatNoIntegerHolds_IsTheGreatestThereIs()
    {
        const string Body = """{"model":"gpt-3.5-turbo-instruct","prompt":["a","b","c"],"best_of":2147483647,"max_tokens":2147483647}""";
        Assert.Null(CompletionsRequestReader.Read(Encoding.UTF8.GetBytes(Body), null, out var request));
        Assert.Equal(long.MaxValue, TokenBound.Of(request!, "gpt-3.5-turbo-instruct", Limits).Completion);
    }

    [Fact]
    public void Of_MoreOfAnything_IsNeverLess() =>
        Gen.Select(Amounts, Amounts).Select(static (a, b) => (Least: (int)Math.Min(a, b), Most: (int)Math.Max(a, b))).Array[3]
            .Select(Gen.Int[1, 40].Array[2], static (amounts, prompts) => (amounts, prompts)).Sample(static given =>
            {
                var (tokens, n, best) = (given.amounts[0], given.amounts[1], given.amounts[2]);
                Array.Sort(given.prompts);
                var least = Of(tokens.Least, n.Least, best.Least, given.prompts[0]);
                var most = Of(tokens.Most, n.Most, best.Most, given.prompts[1]);
                Assert.True(least.Completion > 0 && least.Prompt <= most.Prompt && least.Completion <= most.Completion);

                static TokenBound Of(int tokens, int n, int best, int prompts)
                {
                    var body = new { model = "gpt-3.5-turbo-instruct", prompt = Enumerable.Repeat("a", prompts), n, best_of = best, max_tokens = tokens };
                    Assert.Null(CompletionsRequestReader.Read(JsonSerializer.SerializeToUtf8Bytes(body), null, out var request));
                    return TokenBound.Of(request!, body.model, Limits);
                }
            });

    [Theory]
    [InlineData("2147483648")]
    [InlineData("1e30")]
    [InlineData("99999999999999999999999999")]
    public void Of_BoundThatNoIntegerHolds_IsTheGreatestInteger(string most)
    {
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes($$"""{"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":{{most}}}"""), null, out var chat));
        Assert.Equal(int.MaxValue, TokenBound.Of(chat!, "m", Limits).Completion);
    }

    [Theory]
    [InlineData("2147483648")]
    [InlineData("5.0")]
    [InlineData("-1")]
    [InlineData("\"5\"")]
    public void Read_BestOfThatIsNoInteger_IsRefused(string best) => Assert.Equal("best_of", CompletionsRequestReader.Read(
        Encoding.UTF8.GetBytes($$"""{"model":"m","prompt":"a","best_of":{{best}}}"""), null, out _)?.Param);

    [Fact]
    public void Read_TwoBoundsOfOneName_IsRefused() => Assert.Equal("duplicate_parameter", ChatRequestReader.Read(
        Encoding.UTF8.GetBytes("""{"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":7,"max_tokens":700}"""), null, out _)?.Code);

    private static ChatRequest Read(object body)
    {
        Assert.Null(ChatRequestReader.Read(JsonSerializer.SerializeToUtf8Bytes(body), null, out var chat));
        return chat!;
    }
}
