using System.Text;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Tests.Requests;

public sealed class MessagesRequestReaderTests
{
    private const string Document = "<document>A long document about the archive of the bank, its rooms, its keys and the people who hold them, told at some length.</document>";

    private static readonly Gen<string> Value = Gens.Of(
        "null", "1.50", "-0", "1e400", "12345678901234567890", "\"\\u0041\\/\"", "[ ]", "{\"a\":[1,{\"b\":null}] ,\"a\":2}", "[[[[[[true]]]]]]", "\"🙂\"", "\"\\ud83d\\ude42\"");

    // Properties that nobody knows, doubled names included, each with its comma.
    private static readonly Gen<string> Fields = Gen.Select(Gens.Of("x", "extra field", "tool_choice", "thinking"), Value, (name, value) => $"\"{name}\" : {value},")
        .Array[0, 4].Select(string.Concat);

    [Fact]
    public void Read_SystemAndText_AreInstructionsAndTheQuestion()
    {
        var request = Read("""{"model":"claude-haiku-4-5","max_tokens":50,"system":"Be brief.","messages":[{"role":"user","content":"Who signs?"}],"stream":true}""");
        Assert.Equal(WireForm.Messages, request.Form);
        Assert.Equal(["system", "user"], request.Messages.Select(m => m.Role));
        Assert.Equal("Who signs?", request.Segments.Question);
        Assert.True(request.Stream && request.IsRepeatable && request.IncludeUsage);
        Assert.Equal(50, request.MaxCompletionTokens);
        Assert.False(request.HasTools || request.HasOtherParts || request.WantsJson);
    }

    [Fact]
    public void Read_Blocks_ImagesAreSeenAndToolsAreALoop()
    {
        var image = Read("""{"model":"m","messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"u"}},{"type":"text","text":"What is it?"}]}]}""");
        Assert.Equal(("What is it?", true), (image.Segments.Question, image.HasOtherParts));
        var loop = Read(
            """
            {"model":"m","tools":[{"name":"w","input_schema":{}}],"messages":[{"role":"user","content":"Weather?"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"w","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"sun"},{"type":"text","text":"And tomorrow?"}]}]}
            """);
        Assert.Equal(("tool", -1), (loop.Messages[^1].Role, loop.Segments.MessageIndex));
        Assert.True(loop.HasTools && loop.Messages[1].HasToolCalls);
        Assert.False(loop.HasOtherParts);
        Assert.Equal(-1, Read("""{"model":"m","messages":[{"role":"user","content":"Finish this."},{"role":"assistant","content":"Sure:"}]}""").Segments.MessageIndex);
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData(""","cache_control":{"type":"ephemeral"}""", true, false)]
    [InlineData("", true, true)]
    public void Read_CacheControl_PinsWhatStandsAtOrBeforeTheLastMark(string markOnFirst, bool firstPinned, bool markAtTop)
    {
        var request = Read(
            $$"""{"model":"m"{{(markAtTop ? ""","cache_control":{"type":"ephemeral"}""" : "")}},"messages":[{"role":"user","content":[{"type":"text","text":"{{Document}}"{{markOnFirst}}},{"type":"text","text":"{{Document}} Who?"}]}]}""");
        Assert.Equal([firstPinned, markAtTop], request.Messages[^1].TextParts.Select(p => p.IsPinned));
        Assert.Equal([firstPinned, markAtTop], request.Segments.Context.Select(block => request.IsProtected(0, block)));
    }

    [Fact]
    public void Read_CacheControlInsideALaterBlock_PinsTheTextBefore()
    {
        var request = Read("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"document","source":{"type":"content","content":[{"type":"text","text":"d","cache_control":{"type":"ephemeral"}}]}},{"type":"text","text":"b"}]}]}""");
        Assert.Equal([true, false], request.Messages[^1].TextParts.Select(p => p.IsPinned));
    }

    [Fact]
    public void Read_CacheControlInALaterTurn_PinsAllTurnsBefore()
    {
        var request = Read("""{"model":"m","system":"s","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":[{"type":"text","text":"c","cache_control":{"type":"ephemeral"}},{"type":"text","text":"d"}]},{"role":"assistant","content":"e"},{"role":"user","content":"f"}]}""");
        Assert.Equal([true, true, true, true, false, false, false], request.Messages.SelectMany(m => m.TextParts).Select(p => p.IsPinned));
    }

    [Theory]
    [InlineData("\"container\":\"c_1\"")]
    [InlineData("\"mcp_servers\":[{\"url\":\"u\"}]")]
    public void Read_WhatIsNotTheSameTwice_IsNotRepeatable(string field) =>
        Assert.False(Read($$"""{"model":"m","messages":[{"role":"user","content":"Who?"}],{{field}}}""").IsRepeatable);

    [Theory]
    [InlineData("\"system\":\"Other.\"")]
    [InlineData("\"temperature\":0.5")]
    [InlineData("\"max_tokens\":7")]
    [InlineData("\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}")]
    [InlineData("\"tools\":[{\"name\":\"x\"}]")]
    [InlineData("\"unknown\":null")]
    public void Isolation_EverythingThatDecidesTheAnswer_Isolates(string field) =>
        Assert.NotEqual(
            Partition("""{"model":"m","messages":[{"role":"user","content":"Who?"}]}"""),
            Partition($$"""{"model":"m","messages":[{"role":"user","content":"Who?"}],{{field}}}"""));

    [Fact]
    public void Isolation_QuestionMarksAndTransportDoNot_HistoryFormHeadersAndCitationsDo()
    {
        const string Plain = """{"model":"m","messages":[{"role":"user","content":"Who?"}]}""";
        var one = Partition(Plain);
        Assert.Equal(one, Partition("""{"messages":[{"role":"user","content":[{"type":"text","text":"Which?","cache_control":{"type":"ephemeral"}}]}],"metadata":{"user_id":"u"},"stream":true,"model":"m"}"""));
        Assert.NotEqual(one, Partition("""{"model":"m","messages":[{"role":"user","content":"Before."},{"role":"assistant","content":"Yes."},{"role":"user","content":"Who?"}]}"""));
        Assert.NotEqual(one, Partition("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"Who?","citations":[{"type":"char_location"}]}]}]}"""));
        Assert.NotEqual(one, CachePartition.Of(Read(Plain), "t", string.Empty, 0, false, [new("anthropic-beta", "x")]));
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(Plain), null, out var chat));
        Assert.NotEqual(one, CachePartition.Of(chat!, "t", string.Empty, 0, false));
    }

    [Fact]
    public void Edit_RandomBodies_ChangeByTheDeclaredEditsAlone() =>
        Gen.Select(Fields, Fields, Gen.Bool).Sample((before, after, blocks) =>
        {
            var content = blocks ? """[ { "x":1.0, "type":"text","text":"caf\u00e9" } ]""" : "\"caf\\u00e9\"";
            var body = $$"""{ {{before}}"model" :"auto", "messages": [{"role":"user", "content":{{content}} }] {{(after.Length > 0 ? "," + after.TrimEnd(',') : "")}} }""";
            var request = Read(body);
            Assert.Equal(body, Encoding.UTF8.GetString(new RequestBodyEditor(request).IncludeUsage().Apply().Span));
            var edited = new RequestBodyEditor(request).SetModel("claude-opus-5").SetText(request.Messages[^1].TextParts[0], "tea").IncludeUsage().Apply();
            var expected = body.Replace("\"auto\", \"messages\"", "\"claude-opus-5\", \"messages\"", StringComparison.Ordinal).Replace("\"caf\\u00e9\" }", "\"tea\" }", StringComparison.Ordinal);
            Assert.Equal(expected, Encoding.UTF8.GetString(edited.Span));
        });

    [Theory]
    [InlineData(""","tools":[{"name":"x"},{"type":"advisor_20260301","name":"advisor","model":"claude-opus-5-5"}]""", "claude-opus-5-5")]
    [InlineData(""","tools":[{"type":"advisor_20260301","mod\u0065l":"a","model":"b"}],"fallbacks":[{"model":"c"},{"model":"a"}]""", "a,b,c,a")]
    [InlineData(",\"fallbacks\":\"default\"", "default")]
    public void Read_OtherModels_AreNamedAndHaveNoPriceTogether(string fields, string names)
    {
        var request = Read($$"""{"model":"claude-haiku-5-5","service_tier":"standard_only","messages":[{"role":"user","content":"a"}]{{fields}}}""");
        Assert.Equal(names.Split(','), request.OtherModels);
        Assert.Equal(ServiceTier.Other, request.Tier);
    }

    [Theory]
    [InlineData(""","tools":[{"name":"model","input_schema":{"model":"x"}}]""")]
    [InlineData(""","tools":[1,{"model":7}],"fallbacks":[]""")]
    [InlineData(""","fallbacks":null""")]
    public void Read_NoOtherModel_IsAtTheTierItNames(string fields)
    {
        var request = Read($$"""{"model":"m","service_tier":"standard_only","messages":[{"role":"user","content":"a"}]{{fields}}}""");
        Assert.Empty(request.OtherModels);
        Assert.Equal(ServiceTier.Standard, request.Tier);
    }

    [Fact]
    public void Read_OtherModelOfALongName_IsRefused() => Assert.Equal(
        "string_above_max_length",
        MessagesRequestReader.Read(Encoding.UTF8.GetBytes($$"""{"model":"m","fallbacks":[{"model":"{{new string('x', 257)}}"}],"messages":[{"role":"user","content":"a"}]}"""), out _)?.Code);

    [Theory]
    [InlineData("[]", "invalid_type")]
    [InlineData("{", "invalid_json")]
    [InlineData("""{"messages":[{"role":"user","content":"a"}]}""", "missing_required_parameter")]
    [InlineData("""{"model":"m"}""", "missing_required_parameter")]
    [InlineData("""{"model":"m","messages":[]}""", "empty_array")]
    [InlineData("""{"model":"m","messages":[1]}""", "invalid_type")]
    [InlineData("""{"model":"m","messages":[{"role":"user"}]}""", "invalid_type")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":1}]}]}""", "invalid_type")]
    [InlineData("""{"model":"m","model":"n","messages":[{"role":"user","content":"a"}]}""", "duplicate_parameter")]
    [InlineData("""{"model":"m","fallbacks":[],"fallbacks":[{"model":"n"}],"messages":[{"role":"user","content":"a"}]}""", "duplicate_parameter")]
    [InlineData("""{"model":"m","container":null,"container":"c","messages":[{"role":"user","content":"a"}]}""", "duplicate_parameter")]
    [InlineData("""{"model":"m","mcp_servers":[],"mcp_servers":[{"url":"https://x"}],"messages":[{"role":"user","content":"a"}]}""", "duplicate_parameter")]
    [InlineData("""{"model":"m","context_management":null,"context_management":{},"messages":[{"role":"user","content":"a"}]}""", "duplicate_parameter")]
    [InlineData("""{"model":"m","tools":[],"tools":[{"model":"n"}],"messages":[{"role":"user","content":"a"}]}""", "duplicate_parameter")]
    [InlineData("""{"model":"m","inference_geo":"global","inference_geo":"us","messages":[{"role":"user","content":"a"}]}""", "duplicate_parameter")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"a","content":"b"}]}""", "duplicate_parameter")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"\ud800"}]}""", "invalid_json")]
    public void Read_WhatIsNoRequest_SaysWhy(string body, string code) =>
        Assert.Equal(code, MessagesRequestReader.Read(Encoding.UTF8.GetBytes(body), out _)!.Code);

    private static CachePartition Partition(string body) => CachePartition.Of(Read(body), "t", string.Empty, 0, false);

    private static ChatRequest Read(string body)
    {
        Assert.Null(MessagesRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
        return request!;
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(",\"thinking\":{\"type\":\"disabled\"}", false)]
    [InlineData(",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}", true)]
    [InlineData(",\"output_config\":{\"effort\":\"low\"}", true)]
    [InlineData(",\"output_config\":{\"format\":{\"type\":\"json_schema\"}}", false)]
    public void Read_Thinking_IsNoted(string more, bool reasons) =>
        Assert.Equal(reasons, Read("{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]" + more + "}").SetsReasoning);
}
