using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Tests.Requests;

public sealed class EmbeddingsRequestTests
{
    [Fact]
    public void Identify_SpellingAndCallerDoNotMatter_EverythingElseDoes()
    {
        var one = Identity("""{"model":"m","input":"caf\u00e9"}""");
        Assert.Equal(one, Identity("""{ "input" : "café" , "user":"u1", "model":"m" }"""));
        foreach (var other in new[]
        {
            """{"model":"m","input":["café"]}""", """{"model":"n","input":"café"}""", """{"model":"m","input":"café","dimensions":256}""",
            """{"model":"m","input":"café","encoding_format":"base64"}""", """{"model":"m","input":"cafe"}""", """{"model":"m","input":"café","new_option":1}""",
        })
            Assert.NotEqual(one, Identity(other));
        Assert.NotEqual(one, Read("""{"model":"m","input":"café"}""").Identify("other", string.Empty, 0));
        Assert.NotEqual(one, Read("""{"model":"m","input":"café"}""").Identify("tenant", "ns", 0));
        Assert.NotEqual(one, Read("""{"model":"m","input":"café"}""").Identify("tenant", string.Empty, 1));
    }

    [Theory]
    [InlineData("""{"model":"m","input":"a"}""", 1, 0)]
    [InlineData("""{"model":"m","input":["a","b"]}""", 2, 0)]
    [InlineData("""{"model":"m","input":[1,2,3]}""", 0, 3)]
    [InlineData("""{"model":"m","input":[[1,2],[3]]}""", 0, 3)]
    public void Read_EveryKindOfInput_IsTaken(string body, int texts, int tokens)
    {
        var request = Read(body);
        Assert.Equal((texts, tokens), (request.Texts.Count, request.TokensSent));
    }

    [Theory]
    [InlineData("[]", "invalid_type")]
    [InlineData("{", "invalid_json")]
    [InlineData("""{"input":"a"}""", "missing_required_parameter")]
    [InlineData("""{"model":"m"}""", "missing_required_parameter")]
    [InlineData("""{"model":1,"input":"a"}""", "invalid_type")]
    [InlineData("""{"model":"m","input":[]}""", "invalid_type")]
    [InlineData("""{"model":"m","input":[{}]}""", "invalid_type")]
    [InlineData("""{"model":"m","input":"a","input":"b"}""", "duplicate_parameter")]
    [InlineData("""{"model":"m","input":"\ud800"}""", "invalid_json")]
    public void Read_WhatIsNoRequest_SaysWhy(string body, string code) =>
        Assert.Equal(code, EmbeddingsRequestReader.Read(Encoding.UTF8.GetBytes(body), null, out _)!.Code);

    [Fact]
    public void WithModel_NamedByTheAddress_IsPutIntoTheBody()
    {
        Assert.Null(EmbeddingsRequestReader.Read(Encoding.UTF8.GetBytes("""  {"input":"a","x":1.0}"""), "deploy\"ed", out var request));
        var body = request!.WithModel();
        Assert.EndsWith("""
            "input":"a","x":1.0}
            """, Encoding.UTF8.GetString(body.Span));
        Assert.Equal("deploy\"ed", JsonDocument.Parse(body).RootElement.GetProperty("model").GetString());
    }

    [Theory]
    [InlineData("""{"input":"a","model" : "other" }""", """{"input":"a","model" : "deployed" }""")]
    [InlineData("""{"input":"a","model" : "deploye\u0064" }""", """{"input":"a","model" : "deploye\u0064" }""")]
    public void WithModel_OfTheAddress_GoesBeforeTheBodys(string body, string sent)
    {
        Assert.Null(EmbeddingsRequestReader.Read(Encoding.UTF8.GetBytes(body), "deployed", out var request));
        Assert.Equal(("deployed", sent), (request!.Model, Encoding.UTF8.GetString(request.WithModel().Span)));
    }

    private static (string, string) Identity(string body) => Read(body).Identify("tenant", string.Empty, 0);

    private static EmbeddingsRequest Read(string body)
    {
        Assert.Null(EmbeddingsRequestReader.Read(Encoding.UTF8.GetBytes(body), null, out var request));
        return request!;
    }
}
