using System.Text;
using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;

namespace OrleansLlm.Core.Tests.Replies;

public sealed class UsageReaderTests
{
    [Theory]
    // Gemini's OpenAI-compatible endpoint, as it was recorded: of its thinking only the sum tells.
    [InlineData("""{"completion_tokens":3,"prompt_tokens":9,"total_tokens":105}""", 9, 96, 93)]
    [InlineData("""{"prompt_tokens":9,"total_tokens":105}""", 9, 96, 96)]
    // xAI's: the details tell it, the count leaves it out.
    [InlineData("""{"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,"completion_tokens_details":{"reasoning_tokens":94}}""", 32, 103, 94)]
    // OpenAI's: it is part of the count.
    [InlineData("""{"prompt_tokens":10,"completion_tokens":300,"total_tokens":310,"completion_tokens_details":{"reasoning_tokens":250}}""", 10, 300, 250)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":300}""", 10, 300, 0)]
    // A sum of something else.
    [InlineData("""{"prompt_tokens":10,"completion_tokens":300,"total_tokens":300}""", 10, 300, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":300,"total_tokens":4294967296}""", 10, 300, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":300,"total_tokens":-1}""", 10, 300, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":2147483647,"total_tokens":2147483647}""", 10, 2147483647, 0)]
    [InlineData("""{"prompt_tokens":2147483647,"completion_tokens":2147483647,"total_tokens":0}""", 2147483647, 2147483647, 0)]
    public void Read_Chat_CompletionIsAllBesideThePrompt(string usage, int prompt, int completion, int reasoning) =>
        Assert.Equal(new TokenUsage(prompt, completion, ReasoningTokens: reasoning), Read(usage, UsageReader.Read));

    [Fact]
    public void Read_OtherForms_TotalsAreNotRead()
    {
        Assert.Equal(new TokenUsage(9, 3), Read("""{"input_tokens":9,"output_tokens":3,"total_tokens":105}""", UsageReader.ReadResponses));
        Assert.Equal(new TokenUsage(9, 0), Read("""{"prompt_tokens":9,"total_tokens":105}""", UsageReader.ReadEmbeddings));
    }

    // A proxy that computes with floating figures, as some do.
    [Fact]
    public void Read_WholeNumbersWithAFraction_AreNumbers() =>
        Assert.Equal(new TokenUsage(10, 300), Read("""{"prompt_tokens":10.0,"completion_tokens":3e2}""", UsageReader.Read));

    // Half a count would bill an answer of any length as none.
    [Theory]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":"300"}""", """{"input_tokens":10,"output_tokens":"300"}""")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":-300}""", """{"input_tokens":10,"output_tokens":-300}""")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":4294967296}""", """{"input_tokens":10,"output_tokens":4294967296}""")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":2.5}""", """{"input_tokens":10,"output_tokens":2.5}""")]
    [InlineData("""{"prompt_tokens":10}""", """{"input_tokens":10}""")]
    // Nothing at all was never billed for an answer: a server that does not count.
    [InlineData("""{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""", """{"input_tokens":0,"output_tokens":0}""")]
    public void Read_AnswerNotCounted_IsNone(string chat, string other)
    {
        Assert.Null(Read(chat, UsageReader.Read));
        Assert.Null(Read(other, UsageReader.ReadResponses));
        Assert.Null(Read(other, UsageReader.ReadMessages));
    }

    [Fact]
    public void Read_EmbeddingsOfNothing_AreNotCounted() => Assert.Null(Read("""{"prompt_tokens":0,"total_tokens":0}""", UsageReader.ReadEmbeddings));

    // Protocol buffers leave zeros out.
    [Fact]
    public void Read_EmptyAnswer_IsWhatTheSumLeaves() => Assert.Equal(new TokenUsage(9, 0), Read("""{"prompt_tokens":9,"total_tokens":9}""", UsageReader.Read));

    private static TokenUsage? Read(string usage, Func<JsonElement, TokenUsage?> read)
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes($$"""{"usage":{{usage}}}"""));
        return read(document.RootElement);
    }
}
