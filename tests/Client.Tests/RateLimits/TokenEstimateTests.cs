extern alias client;
using System.Text;
using client::OrleansLlm.Client.RateLimits;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Client.Tests.RateLimits;

public sealed class TokenEstimateTests
{
    [Theory]
    [InlineData(WireForm.ChatCompletions, """{"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":-5000}""")]
    [InlineData(WireForm.ChatCompletions, """{"model":"m","messages":[{"role":"user","content":"a"}],"max_completion_tokens":-2147483648,"n":2147483647}""")]
    [InlineData(WireForm.Messages, """{"model":"m","messages":[{"role":"user","content":"a"}],"max_tokens":-5000}""")]
    [InlineData(WireForm.Responses, """{"model":"m","input":"a","max_output_tokens":-5000}""")]
    [InlineData(WireForm.Completions, """{"model":"m","prompt":["a","b"],"best_of":9,"max_tokens":-5000}""")]
    public void Of_NegativeBound_IsThePromptAlone(WireForm form, string body) => Assert.Equal(1 + (body.Length / 4), Of(form, body));

    [Theory]
    [InlineData("""{"model":"m","prompt":"a","max_tokens":1000}""", 1)]
    [InlineData("""{"model":"m","prompt":["a","b"],"n":2,"best_of":5,"max_tokens":1000}""", 10)]
    [InlineData("""{"model":"m","prompt":"a","n":3,"best_of":0,"max_tokens":1000}""", 3)]
    public void Of_Completions_CountsEveryAnswerWritten(string body, int answers) => Assert.Equal(1 + (body.Length / 4) + (answers * 1000), Of(WireForm.Completions, body));

    // Multiplied out these go beyond 64 bits.
    [Fact]
    public void Of_MoreThanCanBeCounted_IsTheMost() =>
        Assert.Equal(long.MaxValue, Of(WireForm.Completions, """{"model":"m","prompt":["a","b","c","d"],"best_of":2147483647,"max_tokens":2147483647}"""));

    private static long Of(WireForm form, string body)
    {
        Assert.Null(WireForms.Of(form).Read(Encoding.UTF8.GetBytes(body), null, out var chat));
        return TokenEstimate.Of(chat!);
    }
}
