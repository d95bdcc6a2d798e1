using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression.Strategies;

public sealed class CompressionStrategyTests
{
    private static readonly ModelTokenizer Counter = ModelTokenizer.ForModel("gpt-4o");

    [Theory]
    [InlineData(CompressionStrategy.QueryAware)]
    [InlineData(CompressionStrategy.Bm25)]
    public void Complete_GuidedByTheQuestion_KeepsItsSentence(CompressionStrategy strategy) =>
        Assert.Contains("A refund to a debit card takes 7 business days.", Compress("How long does a refund to a debit card take?", strategy).Text, StringComparison.Ordinal);

    [Fact]
    public void Complete_TruncateMiddle_KeepsTheEndsWithoutAQuestion()
    {
        var sentences = Enumerable.Range(0, 80).Select(i => $"Station {i} is cleaned by a crew of two people every week.").ToList();
        var result = Compress(string.Empty, CompressionStrategy.TruncateMiddle, string.Join(' ', sentences));
        Assert.True(result.Compressed);
        Assert.StartsWith(sentences[0], result.Text, StringComparison.Ordinal);
        Assert.EndsWith(sentences[^1], result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(sentences[40], result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Complete_AnyStrategy_MeetsTheRateAndKeepsStructure() =>
        Gen.Select(Texts.Mixed, Gens.Of(CompressionStrategy.QueryAware, CompressionStrategy.Bm25, CompressionStrategy.TruncateMiddle)).Sample(
            (mixed, strategy) =>
            {
                var result = Compress("What does the refund for the pump cost?", strategy, mixed.Text);
                Assert.InRange((double)result.TokensAfter / result.TokensBefore, .32, .52);
                Assert.All(mixed.Blocks, block => Assert.Contains(Texts.Written(block), result.Text, StringComparison.Ordinal));
            },
            iter: 40);

    private static CompressionResult Compress(string question, CompressionStrategy strategy, string? context = null)
    {
        var compressor = new PromptCompressor();
        var settings = new CompressionSettings(.35, Strategy: strategy);
        return PromptCompressor.Complete(compressor.Prepare(question, context ?? Prompts.Handbook, settings, Counter), null);
    }
}
