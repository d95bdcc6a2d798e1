using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class EmitterTests
{
    [Fact]
    public void Complete_HeadingsAndTitle_AllSurvive()
    {
        var text = Compress(Prompts.Handbook, "How long does a refund to a debit card take?", .25).Text;
        foreach (var line in Prompts.Handbook.Split('\n').Where(l => l.StartsWith('#')))
            Assert.Contains(line, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Complete_ListItems_KeepTheirMarkersAndLoseThemWithTheirText()
    {
        var items = Enumerable.Range(1, 40).Select(i => $"{i}. Station number {i} is cleaned by a crew of two people every week.");
        var text = Compress("The pump rules:\n" + string.Join('\n', items), "Who cleans station 17?", .25).Text;
        Assert.Contains("17. Station number 17 is", text, StringComparison.Ordinal);
        foreach (var line in text.Split('\n').Skip(1))
            Assert.Matches(@"^\d+\. Station number", line);
    }

    [Fact]
    public void Complete_Paragraphs_StayApart()
    {
        var paragraphs = Enumerable.Range(0, 20).Select(i => $"The pump in house {i} failed. Trains ran late on that day as well.");
        var text = Compress(string.Join("\n\n", paragraphs), "Which pump failed?", .62).Text;
        Assert.DoesNotContain("failed. The pump", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\n\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Complete_WindowsLineBreaks_StayWindowsLineBreaks()
    {
        var context = Prompts.Handbook.Replace("\n", "\r\n", StringComparison.Ordinal);
        var text = Compress(context, "How long does a refund to a debit card take?", .25).Text;
        Assert.Equal(text.Count(c => c == '\n'), text.Split("\r\n").Length - 1);
    }

    [Fact]
    public void Complete_Removed_CarriesScoresOfProseBelowTheKept()
    {
        var result = Compress(Prompts.Handbook, "How long does a refund to a debit card take?", .25);
        Assert.NotEmpty(result.Removed);
        Assert.Contains(result.Removed, span => span.Score != 0);
    }

    [Theory]
    [InlineData("Was the refund to the debit card ever paid in cash?", "Refunds are never paid out in cash.")]
    [InlineData("Who sees personal data without a court order?", "Nobody outside the bank sees them without a court order.")]
    [InlineData("What is the limit of transfers a day?", "The limit is 20,000 EUR a day unless the branch has raised it.")]
    public void Complete_AskedFact_SurvivesWithItsNegationAndNumbers(string question, string sentence) =>
        Assert.Contains(sentence, Compress(Prompts.Handbook, question, .25).Text, StringComparison.Ordinal);

    private static CompressionResult Compress(string context, string question, double rate)
    {
        var compressor = new PromptCompressor();
        return PromptCompressor.Complete(compressor.Prepare(question, context, new CompressionSettings(rate), ModelTokenizer.ForModel("gpt-4o")), null);
    }
}
