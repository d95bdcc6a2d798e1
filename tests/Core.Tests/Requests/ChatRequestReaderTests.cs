using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Tests.Requests;

public sealed class ChatRequestReaderTests
{
    private const string User = """{"role":"user","content":"x"}""";

    [Fact]
    public void Read_LongNameOfAModel_IsRefused()
    {
        string Body(int length) => $$"""{"model":"{{new string('m', length)}}","messages":[{"role":"user","content":"a"}]}""";
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(Body(256)), null, out _));
        var problem = ChatRequestReader.Read(Encoding.UTF8.GetBytes(Body(257)), null, out var request);
        Assert.Null(request);
        Assert.Equal(("model", "string_above_max_length"), (problem!.Param, problem.Code));
    }

    [Theory]
    [InlineData("", null, "invalid_json")]
    [InlineData("{", null, "invalid_json")]
    [InlineData("[]", null, "invalid_type")]
    [InlineData("{}", "model", "missing_required_parameter")]
    [InlineData("""{"model":1}""", "model", "invalid_type")]
    [InlineData("""{"model":" ","messages":[]}""", "model", "missing_required_parameter")]
    [InlineData("""{"model":"m"}""", "messages", "missing_required_parameter")]
    [InlineData("""{"model":"m","messages":{}}""", "messages", "invalid_type")]
    [InlineData("""{"model":"m","messages":[]}""", "messages", "empty_array")]
    [InlineData("""{"model":"m","messages":[1]}""", "messages[0]", "invalid_type")]
    [InlineData("""{"model":"m","messages":[{}]}""", "messages[0].role", "missing_required_parameter")]
    [InlineData("""{"model":"m","messages":[{"role":1}]}""", "messages[0].role", "invalid_type")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":1}]}""", "messages[0].content", "invalid_type")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":1}]}]}""", "messages[0].content", "invalid_type")]
    [InlineData("""{"model":"m","messages":[{"role":"user","role":"system"}]}""", "messages[0].role", "duplicate_parameter")]
    [InlineData("""{"model":"m","model":"n","messages":[]}""", "model", "duplicate_parameter")]
    [InlineData("""{"model":"m","models":[],"models":["n"],"messages":[]}""", "models", "duplicate_parameter")]
    [InlineData("""{"model":"m","web_search_options":null,"web_search_options":{},"messages":[]}""", "web_search_options", "duplicate_parameter")]
    [InlineData("""{"model":"m","stream":1,"messages":[]}""", "stream", "invalid_type")]
    [InlineData("""{"model":"m","stream_options":1,"messages":[]}""", "stream_options", "invalid_type")]
    [InlineData("""{"model":"m","n":0,"messages":[]}""", "n", "invalid_type")]
    [InlineData("""{"model":"m","n":1.5,"messages":[]}""", "n", "invalid_type")]
    public void Read_Unusable_NamesTheParameter(string json, string? param, string code)
    {
        var problem = ChatRequestReader.Read(Encoding.UTF8.GetBytes(json), null, out var request);
        Assert.NotNull(problem);
        Assert.Null(request);
        Assert.Equal((param, code), (problem.Param, problem.Code));
    }

    /// <summary>OpenRouter's and LiteLLM's ways to have another model asked in the first's place, at its own price.</summary>
    [Theory]
    [InlineData(""","models":["b","c"]""", "b,c")]
    [InlineData(""","fallbacks":["b",{"model":"c"}]""", "b,c")]
    [InlineData(""","fallbacks":"b" """, "b")]
    public void Read_ModelsInItsPlace_AreNamedAndHaveNoPriceTogether(string fields, string names)
    {
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes($$"""{"model":"a","service_tier":"default","messages":[{{User}}]{{fields}}}"""), null, out var chat));
        Assert.Equal((names, ServiceTier.Other), (string.Join(',', chat!.OtherModels), chat.Tier!.Value));
        Assert.Null(CompletionsRequestReader.Read(Encoding.UTF8.GetBytes($$"""{"model":"a","service_tier":"default","prompt":"a"{{fields}}}"""), null, out var text));
        Assert.Equal((names, ServiceTier.Other), (string.Join(',', text!.OtherModels), text.Tier!.Value));
        Assert.Null(ResponsesRequestReader.Read(Encoding.UTF8.GetBytes($$"""{"model":"a","service_tier":"default","input":"a"{{fields}}}"""), null, out var response));
        Assert.Equal((names, ServiceTier.Other), (string.Join(',', response!.OtherModels), response.Tier!.Value));
    }

    [Theory]
    [InlineData(",\"models\":[]")]
    [InlineData(",\"fallbacks\":null")]
    public void Read_NoModelInItsPlace_IsAtTheTierItNames(string fields)
    {
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes($$"""{"model":"a","service_tier":"default","messages":[{{User}}]{{fields}}}"""), null, out var chat));
        Assert.Equal((0, ServiceTier.Standard), (chat!.OtherModels.Count, chat.Tier!.Value));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(RequestJson.DeepestNesting - 2, true)]
    [InlineData(RequestJson.DeepestNesting + 1, false)]
    [InlineData(100_000, false)]
    public void Read_DeepNesting_IsReadToALimit(int depth, bool readable)
    {
        var json = $$"""{"model":"m","messages":[{{User}}],"x":{{new string('[', depth)}}{{new string(']', depth)}}}""";
        Assert.Equal(readable, ChatRequestReader.Read(Encoding.UTF8.GetBytes(json), null, out _) is null);
    }

    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"\ud800"}]}""")]
    [InlineData("""{"model":"\udc00","messages":[{"role":"user","content":"x"}]}""")]
    public void Read_UnpairedSurrogate_IsRefusedNotThrown(string json) =>
        Assert.Equal("invalid_json", ChatRequestReader.Read(Encoding.UTF8.GetBytes(json), null, out _)?.Code);

    [Fact]
    public void Read_BytesThatAreNotUtf8_AreRefusedNotThrown()
    {
        byte[] body = [.. "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\""u8, 0xFF, 0xC0, .. "\"}]}"u8];
        Assert.NotNull(ChatRequestReader.Read(body, null, out _));
    }

    [Fact]
    public void Read_ModelInAddress_ServesWhereTheBodyNamesNone()
    {
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes($$"""{"messages":[{{User}}]}"""), "deployment", out var request));
        Assert.Equal(("deployment", null), (request!.Model, request.ModelToken));
    }

    [Fact]
    public void Read_Spans_HoldTheTokensThemselves()
    {
        const string Json = """{"stream_options" : {"include_usage": false } ,"model" : "m\u0041","messages":[{"role":"user","content":[{"type":"text","text":"a\n\"b\""},{"type":"image_url","image_url":{"url":"u"}}]}]}""";
        var body = Encoding.UTF8.GetBytes(Json);
        Assert.Null(ChatRequestReader.Read(body, null, out var request));
        string At(JsonSpan? span) => Encoding.UTF8.GetString(body.AsSpan(span!.Value.Start, span.Value.Length));
        Assert.Equal("\"m\\u0041\"", At(request!.ModelToken));
        Assert.Equal("{\"include_usage\": false }", At(request.StreamOptionsToken));
        Assert.Equal("false", At(request.IncludeUsageToken));
        var part = Assert.Single(request.Messages[0].TextParts);
        Assert.Equal("\"a\\n\\\"b\\\"\"", At(part.Token));
        Assert.Equal("a\n\"b\"", part.Text);
        Assert.True(request.Messages[0].HasOtherParts);
    }

    /// <summary>Whatever bytes come, the reader answers: a request or a problem.</summary>
    [Fact]
    public void Read_AnyBytes_NeverThrows() => Gen.Byte.Array[0, 200].Sample(body => { ChatRequestReader.Read(body, null, out _); });

    /// <summary>Bytes changed at random in a real body: never a throw, and what reads can be edited into JSON that names the new model.</summary>
    [Fact]
    public void Read_DamagedBody_NeverThrowsAndEditsStayJson()
    {
        var good = Encoding.UTF8.GetBytes("""{"model":"gpt-4o","stream":true,"stream_options":{"x":[1,2.0,null]},"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Context:\n<doc>a \u00e9</doc>\n\nQuestion: why \ud83d\ude00?"}]}],"tools":[{"type":"function","function":{"name":"f","parameters":{}}}]}""");
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte).List[1, 3].Sample(changes =>
        {
            var body = (byte[])good.Clone();
            foreach (var (at, value) in changes)
                body[at] = value;
            if (ChatRequestReader.Read(body, null, out var request) is not null)
                return;
            using var edited = JsonDocument.Parse(new RequestBodyEditor(request!).SetModel("other").IncludeUsage().Apply());
            Assert.Equal("other", edited.RootElement.GetProperty("model").GetString());
            Assert.True(edited.RootElement.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
        });
    }
}
