using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class PromptCompressorTests
{
    private static readonly ModelTokenizer Counter = ModelTokenizer.ForModel("gpt-4o");
    private readonly PromptCompressor _compressor = new();

    // PDFs and macOS write a letter and its accent apart.
    [Theory]
    [InlineData("Re\u0301sume\u0301", "R\u00e9sum\u00e9")]
    [InlineData("R\u00e9sum\u00e9", "Re\u0301sume\u0301")]
    public void Complete_AccentsWrittenApart_MeetThoseWrittenAsOne(string inDocument, string inQuestion)
    {
        var fact = $"The {inDocument} goes to the third floor.";
        var filler = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"Pump {i} was sold to a farm in the north of that county and paid in two parts."));
        var result = PromptCompressor.Complete(
            _compressor.Prepare($"Where does the {inQuestion} go?", $"{filler} {fact} {filler}", CompressionSettings.Default with { KeepRate = .2 }, Counter), null);
        Assert.Equal(AbstainReason.None, result.AbstainReason);
        Assert.Contains(fact, result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Complete_FactInALongContext_KeepsItAndSavesTheAskedShare()
    {
        var context = Prompts.Handbook;
        var plan = _compressor.Prepare("How long does a refund to a debit card take?", context, CompressionSettings.Default, Counter);
        var result = PromptCompressor.Complete(plan, null);

        Assert.Equal(AbstainReason.None, result.AbstainReason);
        Assert.Contains("A refund to a debit card takes 7 business days.", result.Text, StringComparison.Ordinal);
        Assert.Equal(Counter.Count(context), result.TokensBefore);
        Assert.Equal(Counter.Count(result.Text), result.TokensAfter);
        Assert.True(result.TokensAfter < result.TokensBefore * .75);
    }

    [Theory]
    [InlineData("However, this is void for purchases abroad.")]
    [InlineData("Unless the shop is closed, that is.")]
    [InlineData("Except on Sundays and in leap years.")]
    [InlineData("Jedoch nicht am Sonntag.")]
    [InlineData("Außer am Sonntag.")]
    public void Complete_ExceptionToAKeptRule_IsKeptWithIt(string exception)
    {
        const string Rule = "A refund to a debit card takes 7 business days.";
        var filler = string.Join(' ', Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? $"The refund to a debit card number {i} takes {i} letters." : $"The pump {i} was sold to a farm."));
        var result = PromptCompressor.Complete(
            _compressor.Prepare("How long does a refund to a debit card take?", $"{filler}\n\n{Rule} {exception} The lamp is green.\n\n{filler}", CompressionSettings.Default with { KeepRate = .1 }, Counter), null);
        Assert.Equal(AbstainReason.None, result.AbstainReason);
        Assert.Contains($"{Rule} {exception}", result.Text, StringComparison.Ordinal);
    }
}
