using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Tests.Requests;

public sealed class ResponsesRequestReaderTests
{
    [Fact]
    public void Read_TextInput_IsTheUsersQuestion()
    {
        var request = Read("""{"model":"gpt-4o","instructions":"Be brief.","input":"Who signs?","stream":true,"max_output_tokens":50}""");
        Assert.Equal(WireForm.Responses, request.Form);
        Assert.Equal(["system", "user"], request.Messages.Select(m => m.Role));
        Assert.Equal("Who signs?", request.Segments.Question);
        Assert.True(request.Stream && request.IsRepeatable);
        Assert.Equal(50, request.MaxCompletionTokens);
    }

    [Fact]
    public void Read_Items_BecomeMessagesAndTheLastUsersIsTheQuestion()
    {
        var request = Read(
            """
            {"model":"m","input":[{"role":"user","content":"First?"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Yes."}]},
             {"role":"user","content":[{"type":"input_text","text":"And then?"},{"type":"input_image","image_url":"x"}]}]}
            """);
        Assert.Equal(["user", "assistant", "user"], request.Messages.Select(m => m.Role));
        Assert.Equal((2, "And then?"), (request.Segments.MessageIndex, request.Segments.Question));
        Assert.True(request.HasOtherParts);
        Assert.False(request.Messages[0].HasOtherParts);
    }

    [Fact]
    public void Read_InsideAToolsLoop_AsksNothing()
    {
        var request = Read("""{"model":"m","input":[{"role":"user","content":"Weather?"},{"type":"function_call","name":"w","call_id":"1","arguments":"{}"},{"type":"function_call_output","call_id":"1","output":"sun"}]}""");
        Assert.Equal("tool", request.Messages[^1].Role);
        Assert.True(request.Messages[1].HasToolCalls);
        Assert.Equal(-1, request.Segments.MessageIndex);
        Assert.False(request.IsRepeatable);
    }

    [Theory]
    [InlineData("\"background\":true,\"stream\":true")]
    [InlineData("\"conversation\":\"conv_1\"")]
    [InlineData("\"prompt\":{\"id\":\"p\"}")]
    public void Read_WhatIsNotTheSameTwice_IsNotRepeatable(string field) =>
        Assert.False(Read($$"""{"model":"m","input":"Who?",{{field}}}""").IsRepeatable);

    [Theory]
    [InlineData("\"previous_response_id\":\"resp_1\"")]
    [InlineData("\"instructions\":\"Other.\"")]
    [InlineData("\"store\":false")]
    [InlineData("\"temperature\":0.5")]
    [InlineData("\"reasoning\":{\"effort\":\"low\"}")]
    public void Isolation_EverythingThatDecidesTheAnswerOrItsId_Isolates(string field) =>
        Assert.NotEqual(Partition("""{"model":"m","input":"Who?"}"""), Partition($$"""{"model":"m","input":"Who?",{{field}}}"""));

    [Theory]
    [InlineData("user", "\"u\"", "\"\"")]
    [InlineData("safety_identifier", "\"s\"", "\"\"")]
    [InlineData("prompt_cache_key", "\"k\"", "\"\"")]
    [InlineData("metadata", "{\"a\":\"b\"}", "{}")]
    public void Isolation_WhatTheAnswerSaysAgainOfItsAsker_IsolatesUnlessEmpty(string name, string value, string empty)
    {
        var none = Partition("""{"model":"m","input":"Who?"}""");
        Assert.NotEqual(none, Partition($$"""{"model":"m","input":"Who?","{{name}}":{{value}}}"""));
        Assert.Equal(none, Partition($$"""{"model":"m","input":"Who?","{{name}}":{{empty}}}"""));
        Assert.Equal(none, Partition($$"""{"model":"m","input":"Who?","{{name}}":null}"""));
    }

    [Fact]
    public void Isolation_QuestionAndTransportDoNot_HistoryAndFormDo()
    {
        var one = Partition("""{"model":"m","input":"Who?"}""");
        Assert.Equal(one, Partition("""{"input":"Which?","stream":true,"service_tier":"flex","prompt_cache_retention":"24h","model":"m"}"""));
        Assert.NotEqual(one, Partition("""{"model":"m","input":[{"role":"user","content":"Before."},{"role":"user","content":"Who?"}]}"""));
        Assert.Null(ChatRequestReader.Read("""{"model":"m","messages":[{"role":"user","content":"Who?"}]}"""u8.ToArray(), null, out var chat));
        Assert.NotEqual(one, CachePartition.Of(chat!, "t", string.Empty, 0, false));
    }

    [Theory]
    [InlineData("""{"model":"m","input":"a"}""", true)]
    [InlineData("""{"model":"m","input":"a","store":true}""", true)]
    [InlineData("""{"model":"m","input":"a","store":false}""", false)]
    [InlineData("""{"model":"m","input":"a","store":false,"previous_response_id":null}""", false)]
    [InlineData("""{"model":"m","input":"a","store":false,"previous_response_id":"resp_1"}""", true)]
    [InlineData("""{"model":"m","input":"a","store":false,"conversation":{"id":"conv_1"}}""", true)]
    [InlineData("""{"model":"m","store":false,"prompt":{"id":"pmpt_1"}}""", true)]
    [InlineData("""{"model":"m","store":false,"input":[{"type":"item_reference","id":"msg_1"},{"role":"user","content":"a"}]}""", true)]
    public void Read_WhatAProviderKeeps_IsBoundToIt(string body, bool bound) => Assert.Equal(bound, Read(body).IsProviderBound);

    [Fact]
    public void Edit_ModelAndText_LeavesEveryOtherByte()
    {
        const string Body = """{ "model" : "auto", "x":1.50, "input":[{"role":"user","content":[{"type":"input_text","text":"caf\u00e9"}]}] }""";
        var request = Read(Body);
        var edited = new RequestBodyEditor(request).SetModel("gpt-4o").SetText(request.Messages[0].TextParts[0], "tea").IncludeUsage().Apply();
        Assert.Equal(Body.Replace("\"auto\"", "\"gpt-4o\"", StringComparison.Ordinal).Replace("\"caf\\u00e9\"", "\"tea\"", StringComparison.Ordinal), Encoding.UTF8.GetString(edited.Span));
    }

    [Theory]
    [InlineData("[]", "invalid_type")]
    [InlineData("{", "invalid_json")]
    [InlineData("""{"input":"a"}""", "missing_required_parameter")]
    [InlineData("""{"model":"m","input":1}""", "invalid_type")]
    [InlineData("""{"model":"m","input":[1]}""", "invalid_type")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":1}]}]}""", "invalid_type")]
    [InlineData("""{"model":"m","input":"a","input":"b"}""", "duplicate_parameter")]
    public void Read_WhatIsNoRequest_SaysWhy(string body, string code) =>
        Assert.Equal(code, ResponsesRequestReader.Read(Encoding.UTF8.GetBytes(body), null, out _)!.Code);

    private static CachePartition Partition(string body) => CachePartition.Of(Read(body), "t", string.Empty, 0, false);

    private static ChatRequest Read(string body)
    {
        Assert.Null(ResponsesRequestReader.Read(Encoding.UTF8.GetBytes(body), null, out var request));
        return request!;
    }

    [Theory]
    [InlineData("""{"model":"m","input":"hi"}""", false, false)]
    [InlineData("""{"model":"m","input":"hi","reasoning":null}""", false, false)]
    [InlineData("""{"model":"m","input":"hi","reasoning":{"effort":null,"summary":null}}""", false, false)]
    [InlineData("""{"model":"m","input":"hi","reasoning":{"effort":"low"}}""", true, false)]
    [InlineData("""{"model":"m","input":"hi","previous_response_id":"resp_1"}""", false, true)]
    [InlineData("""{"model":"m","input":"hi","conversation":"conv_1"}""", false, true)]
    [InlineData("""{"model":"m","input":"hi","tools":[{"type":"web_search"}]}""", false, false)]
    public void Read_ReasoningAndWhatCameBefore_AreNoted(string body, bool reasons, bool continues) =>
        Assert.Equal((reasons, continues), (Read(body).SetsReasoning, Read(body).ContinuesElsewhere));
}
