using System.Text.RegularExpressions;
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

    // Of each kind what is none by its last character, and as long as a line may be.
    [Theory]
    [InlineData("bearer", " ", "!")]
    [InlineData("", "basic x ", "")]
    [InlineData("password", " ", "x")]
    [InlineData("password=", " ", ";")]
    [InlineData("", "secret=ab ", "")]
    [InlineData("", "sk-abc ", "")]
    [InlineData("", "olk_0123456789abcdef_abc ", "")]
    [InlineData("", "olk_0123456789abcde ", "")]
    [InlineData("eyJ", "a", "")]
    [InlineData("eyJ", "eyJ", "")]
    [InlineData("eyJabcdefgh.", "a", "")]
    [InlineData("", "eyJabcdefgh.!", "")]
    public void Apply_NearlyASecretAndVeryLong_IsReadToItsEnd(string start, string repeated, string end)
    {
        foreach (var length in new[] { 1000, 1_000_000 })
        {
            var text = start + string.Concat(Enumerable.Repeat(repeated, length / repeated.Length)) + end;
            Assert.Equal(text + " ***", LogRedaction.Apply(text + " sk-0123456789abcdef"));
        }
    }

    /// <summary>A collection's pause, or a busy machine, is no fault of the text: a line that gives up takes its request with it.</summary>
    [Fact]
    public void LooksSecret_ThreadHeldUp_NeverGivesUp() => Assert.Equal(Regex.InfiniteMatchTimeout, LogRedaction.LooksSecret().MatchTimeout);

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
