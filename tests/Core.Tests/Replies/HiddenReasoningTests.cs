using System.Text;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Tests.Replies;

public sealed class HiddenReasoningTests
{
    [Theory]
    [InlineData("claude-opus-5", "", true)]
    [InlineData("anthropic/claude-opus-5", "", true)]
    [InlineData("claude-opus-5", ""","thinking":{"type":"adaptive"}""", true)]
    [InlineData("claude-opus-5", ""","thinking":{"type":"disabled"}""", false)]
    [InlineData("claude-opus-5", ""","thinking":{"type":"disabled"},"thinking":{"type":"adaptive"}""", true)]
    [InlineData("claude-opus-4-6", "", false)]
    [InlineData("claude-sonnet-4-5", "", false)]
    [InlineData("claude-haiku-4-5", ""","thinking":{"type":"disabled"}""", false)]
    [InlineData("claude-haiku-4-5", ""","thinking":{"type":"enabled","budget_tokens":1024}""", true)]
    [InlineData("claude-haiku-4-5", ""","thin\u006bing":{"type":"enabled","budget_tokens":1024}""", true)]
    [InlineData("claude-3-7-sonnet-20250219", "", false)]
    [InlineData("claude-3-5-haiku-latest", ""","thinking":{"type":"enabled"}""", false)]
    [InlineData("house-model", ""","thinking":{"type":"disabled"}""", true)]
    public void MayBe_Messages_UnlessTheFamilyOrTheRequestSaysNot(string model, string fields, bool expected)
    {
        Assert.Null(MessagesRequestReader.Read(Encoding.UTF8.GetBytes($$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"}]{{fields}}}"""), out var request));
        Assert.Equal(expected, HiddenReasoning.MayBe(request!, model));
    }

    // The provider goes on with it, and bills it, when its caller has gone.
    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", false)]
    public void MayBe_ResponseInTheBackground_WhateverTheFamily(string background, bool expected)
    {
        Assert.Null(ResponsesRequestReader.Read(Encoding.UTF8.GetBytes($$"""{"model":"m","input":"a","stream":true,"background":{{background}}}"""), null, out var request));
        Assert.Equal(expected, HiddenReasoning.MayBe(request!, "gpt-4o"));
    }

    [Theory]
    [InlineData("gpt-4o", false)]
    [InlineData("o4-mini", true)]
    [InlineData("claude-sonnet-4-5", true)]
    public void MayBe_Chat_UnlessTheFamilyNeverDoes(string model, bool expected)
    {
        Assert.Null(ChatRequestReader.Read("""{"model":"m","messages":[{"role":"user","content":"a"}]}"""u8.ToArray(), null, out var request));
        Assert.Equal(expected, HiddenReasoning.MayBe(request!, model));
    }
}
