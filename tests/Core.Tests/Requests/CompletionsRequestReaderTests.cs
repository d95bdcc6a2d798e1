using System.Text;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Tests.Requests;

public sealed class CompletionsRequestReaderTests
{
    [Theory]
    [InlineData("\"Once upon\"", 1, 0)]
    [InlineData("[\"a\",\"b\"]", 2, 0)]
    [InlineData("[1,2,3]", 0, 3)]
    [InlineData("[[1,2],[3]]", 0, 3)]
    [InlineData("null", 0, 0)]
    public void Read_Prompt_InEverySpelling(string prompt, int texts, int tokens)
    {
        var request = Read($"{{\"model\":\"m\",\"prompt\":{prompt},\"stream\":true,\"stream_options\":{{\"include_usage\":true}},\"n\":2,\"max_tokens\":9}}");
        Assert.Equal((WireForm.Completions, texts, tokens), (request.Form, request.Messages[0].TextParts.Count, request.TokensSent));
        Assert.Equal((true, true, 2, 9), (request.Stream, request.IncludeUsage, request.Choices, request.MaxCompletionTokens));
        Assert.False(request.IsMatchable);
        Assert.Empty(request.Segments.Context);
    }

    [Theory]
    [InlineData("""{"prompt":"x"}""", "model")]
    [InlineData("""{"model":"auto","prompt":"x"}""", "model")]
    [InlineData("""{"model":"m"}""", "prompt")]
    [InlineData("""{"model":"m","prompt":7}""", "prompt")]
    [InlineData("""{"model":"m","prompt":[]}""", "prompt")]
    [InlineData("""{"model":"m","prompt":[{}]}""", "prompt")]
    [InlineData("""{"model":"m","prompt":"x","n":0}""", "n")]
    [InlineData("""{"model":"m","prompt":"x","prompt":"y"}""", "prompt")]
    [InlineData("""{"model":"m","prompt":"x","stream":1}""", "stream")]
    [InlineData("[]", null)]
    [InlineData("{", null)]
    public void Read_Wrong_NamesTheParameter(string json, string? param)
    {
        var problem = CompletionsRequestReader.Read(Encoding.UTF8.GetBytes(json), null, out _);
        Assert.NotNull(problem);
        Assert.Equal(param, problem.Param);
    }

    [Fact]
    public void Read_PromptsThatLookAlike_AreNotTheSameRequest()
    {
        string[] bodies =
        [
            """{"model":"m","prompt":"[1,2]"}""", """{"model":"m","prompt":[1,2]}""", """{"model":"m","prompt":["1","2"]}""", """{"model":"m","prompt":[[1,2]]}""",
            """{"model":"m","prompt":"[1,2]","suffix":"x"}""", """{"model":"m","prompt":"[1,2]","temperature":0}""", """{"model":"n","prompt":"[1,2]"}""",
        ];
        Assert.Equal(bodies.Length, bodies.Select(b => Fingerprint(Read(b))).Distinct().Count());
        Assert.Equal(Fingerprint(Read(bodies[0])), Fingerprint(Read("""{ "stream":true, "prompt" : "[1,\u0032]", "user":"u", "model":"m" }""")));
        Assert.NotEqual(
            Fingerprint(Read(bodies[0])),
            RequestFingerprint.Of(Chat("""{"model":"m","messages":[{"role":"user","content":"[1,2]"}]}"""), CachePartition.Of(Chat("""{"model":"m","messages":[{"role":"user","content":"[1,2]"}]}"""), "t", "", 0, false)).Value);
    }

    [Fact]
    public void PromptTokens_CountTextsAndTokensWithoutTheFrameOfMessages()
    {
        var counter = ModelTokenizer.ForModel("gpt-4o");
        Assert.Equal(counter.Count("Once upon a time"), PromptTokens.Count(counter, Read("""{"model":"m","prompt":"Once upon a time"}""")));
        Assert.Equal(3, PromptTokens.Count(counter, Read("""{"model":"m","prompt":[[1,2],[3]]}""")));
    }

    private static string Fingerprint(ChatRequest request) => RequestFingerprint.Of(request, CachePartition.Of(request, "t", "", 0, false)).Value;

    private static ChatRequest Chat(string json)
    {
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(json), null, out var request));
        return request!;
    }

    private static ChatRequest Read(string json)
    {
        Assert.Null(CompletionsRequestReader.Read(Encoding.UTF8.GetBytes(json), null, out var request));
        return request!;
    }
}
