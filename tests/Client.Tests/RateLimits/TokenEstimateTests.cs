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

    // A picture of a megabyte is some thousand tokens, not a quarter of a million; a text is what it is, also beside one.
    [Theory]
    [InlineData(WireForm.ChatCompletions, """{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,@"}},{"type":"text","text":"#"}]}]}""", 1)]
    [InlineData(WireForm.Messages, """{"model":"m","max_tokens":-1,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","data":"@"}},{"type":"document","source":{"type":"base64","data":"@"}},{"type":"text","text":"#"}]}]}""", 2)]
    [InlineData(WireForm.Responses, """{"model":"m","input":[{"role":"user","content":[{"type":"input_file","file_data":"@"},{"type":"input_text","text":"#"}]}]}""", 1)]
    public void Of_DataInTheBody_IsAFlatFigureForEach(WireForm form, string shape, int data)
    {
        var text = string.Concat(Enumerable.Repeat("Two words, ", 2000));
        var words = shape.Replace("#", text, StringComparison.Ordinal);
        var estimate = Of(form, words.Replace("@", Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', 1_000_000))), StringComparison.Ordinal));
        Assert.InRange(estimate - (words.Length / 4), data * 1500, data * 2000);
        // A small one costs no more than its bytes.
        Assert.Equal(1 + ((words.Length + (data * 3)) / 4), Of(form, words.Replace("@", "AAAA", StringComparison.Ordinal)));
    }

    [Fact]
    public void Of_TextThatLooksLikeData_IsItsBytes()
    {
        var body = $$"""{"model":"m","messages":[{"role":"user","content":"{{new string('x', 100_000)}}"}]}""";
        Assert.Equal(1 + (body.Length / 4), Of(WireForm.ChatCompletions, body));
    }

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
