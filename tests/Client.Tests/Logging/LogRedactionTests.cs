using OrleansLlm.Client.Logging;

namespace OrleansLlm.Client.Tests.Logging;

public sealed class LogRedactionTests
{
    [Theory]
    [InlineData("Authorization: Bearer abcdefgh12345", "abcdefgh12345")]
    [InlineData("header api-key=0123456789abcdef was sent", "0123456789abcdef")]
    [InlineData("{\"api_key\":\"0123456789abcdef\"}", "0123456789abcdef")]
    [InlineData("Host=db;Username=u;Password=hunter2;Database=d", "hunter2")]
    [InlineData("the key sk-proj-0123456789abcdef is wrong", "sk-proj-0123456789abcdef")]
    [InlineData("the key olk_0123456789abcdef_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE is wrong", "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE")]
    [InlineData("token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl expired", "eyJzdWIiOiJ1c2VyIn0")]
    public void Apply_WhatLooksLikeASecret_IsMasked(string text, string secret)
    {
        Assert.DoesNotContain(secret, LogRedaction.Apply(text), StringComparison.Ordinal);
        Assert.Contains("***", LogRedaction.Apply(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The provider 'openai' did not answer in time.")]
    [InlineData("task-force-operations is no secret")]
    public void Apply_OrdinaryText_StaysAsItIs(string text) => Assert.Equal(text, LogRedaction.Apply(text));

    [Fact]
    public void Apply_KnownSecret_IsMaskedWhereverItStands()
    {
        LogRedaction.Add("correct horse battery staple");
        Assert.Equal("x***y", LogRedaction.Apply("xcorrect horse battery stapley"));
    }

    [Fact]
    public void Describe_MessageThatMayQuoteAPrompt_IsLeftOutAndTheCauseKept()
    {
        var text = LogRedaction.Describe(new InvalidOperationException("the prompt was: my diagnosis", new IOException("connection reset")));
        Assert.DoesNotContain("diagnosis", text, StringComparison.Ordinal);
        Assert.Contains("System.InvalidOperationException ---> System.IO.IOException: connection reset", text, StringComparison.Ordinal);
    }
}
