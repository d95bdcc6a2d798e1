using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Tests.Requests;

public sealed class RequestBodyEditorTests
{
    // Spellings that a re-serialiser would change: escapes, exponents, trailing zeros, nulls, spacing, duplicate unknown names.
    private static readonly Gen<string> Value = Gens.Of(
        "1.0", "1e5", "-0", "null", "true", "\"\\u00e9\\/x\"", "[1 , 2.50]", "{\"a\" : null,\"a\":2}", "\"\\ud83d\\ude00\"", "[[],[{}]]", "12345678901234567890");

    [Fact]
    public void Apply_EditedFields_LeavesEveryOtherByteAsItWas() =>
        Gen.Select(Value.List[0, 5], Gen.Bool, Gens.Of("", ",\"stream_options\":null", ",\"stream_options\":{}", ",\"stream_options\":{\"include_usage\":false}", ",\"stream_options\":{\"x\":[1]}"))
            .Sample((values, first, options) =>
            {
                var unknown = string.Concat(values.Select((v, i) => $",\"x{i}\" : {v}"));
                var json = first
                    ? $"{{ \"model\" : \"gpt-4o\"{unknown},\"messages\":[{{\"role\":\"user\",\"content\":\"hi \\u0041\"}}],\"stream\":true{options} }}"
                    : $"{{\"stream\":true{options},\"messages\":[{{\"role\":\"user\",\"content\":\"hi \\u0041\"}}]{unknown},\"model\":\"gpt-4o\"}}";
                var request = Read(json);
                var edited = Encoding.UTF8.GetString(
                    new RequestBodyEditor(request).SetModel("gpt-4o-mini").SetText(request.Messages[0].TextParts[0], "hé \"x\"").IncludeUsage().Apply().Span);
                using var parsed = JsonDocument.Parse(edited);
                Assert.Equal("gpt-4o-mini", parsed.RootElement.GetProperty("model").GetString());
                Assert.Equal("hé \"x\"", parsed.RootElement.GetProperty("messages")[0].GetProperty("content").GetString());
                Assert.True(parsed.RootElement.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
                Assert.Contains(unknown, edited, StringComparison.Ordinal);
            });

    [Theory]
    [InlineData("""{"model":"gpt-4o","messages":[]}""", """{"model":"my-gpt","messages":[]}""")]
    [InlineData("""{ "messages":[]}""", """{"model":"my-gpt", "messages":[]}""")]
    [InlineData("""{"messages":[],"model" : "my-gp\u0074"}""", """{"messages":[],"model" : "my-gp\u0074"}""")]
    public void SetModel_OfTheAddress_GoesBeforeTheBodys(string body, string sent)
    {
        body = body.Replace("[]", """[{"role":"user","content":"x"}]""", StringComparison.Ordinal);
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), "my-gpt", out var request));
        Assert.Equal("my-gpt", request!.Model);
        Assert.Equal(sent.Replace("[]", """[{"role":"user","content":"x"}]""", StringComparison.Ordinal), Encoding.UTF8.GetString(new RequestBodyEditor(request).SetModel(request.Model).Apply().Span));
    }

    [Fact]
    public void Apply_NoEdits_IsTheOriginalMemory()
    {
        var request = Read("""{"model":"m","messages":[{"role":"user","content":"x"}]}""");
        Assert.True(new RequestBodyEditor(request).Apply().Equals(request.Body));
    }

    private static ChatRequest Read(string json)
    {
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(json), null, out var request));
        return request!;
    }
}
