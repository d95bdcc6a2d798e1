using System.Text.RegularExpressions;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Words;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression.Words;

public sealed partial class LlmLingua2Tests
{
    private static readonly ModelTokenizer Counter = ModelTokenizer.ForModel("gpt-4o");

    [Fact]
    public void Complete_ClassifiedWords_GoesFromTheLeastWorthKeepingOn()
    {
        var result = Compress(Prompts.Handbook, .8, word => word is "the" or "a" or "is" or "are" or "of" or "in" ? -4 : 4);
        Assert.True(result.Compressed);
        Assert.InRange((double)result.TokensAfter / result.TokensBefore, .76, .84);
        Assert.Contains("A refund to debit card takes 7 business days.", result.Text, StringComparison.Ordinal);
        Assert.All(result.Removed, span => Assert.True(span.Kind == RemovedKind.Word || string.IsNullOrWhiteSpace(Prompts.Handbook.Substring(span.Start, span.Length))));
    }

    [Fact]
    public void Complete_AnyContext_KeepsNumbersNamesNegationsAndStructure() => Gen.Select(Texts.Mixed, Gens.Of(.3, .5, .8), Gen.Int).Sample(
        (mixed, rate, seed) =>
        {
            var result = Compress(mixed.Text, rate, word => ((word.GetHashCode(StringComparison.Ordinal) ^ seed) % 100) / 20f);
            Assert.Equal(Facts().Matches(Joined(mixed.Text)).Select(m => m.Value), Facts().Matches(Joined(result.Text)).Select(m => m.Value));
            Assert.All(mixed.Blocks, block => Assert.Contains(Texts.Written(block), result.Text, StringComparison.Ordinal));
            var text = mixed.Text;
            foreach (var span in result.Removed.Reverse())
                text = text.Remove(span.Start, span.Length);
            Assert.Equal(text, result.Text);
        },
        iter: 60);

    [Fact]
    public void Complete_AnyUnicode_RemovesWhatItSaysAndIsTheSameAgain() => Gen.Select(Texts.Odd, Texts.Odd).Sample(
        (question, context) =>
        {
            var settings = new CompressionSettings(.3, 0, 1, Strategy: CompressionStrategy.LlmLingua2);
            var result = Run(question, context, settings, word => word.Length % 3);
            var text = context;
            foreach (var span in result.Removed.Reverse())
                text = text.Remove(span.Start, span.Length);
            Assert.Equal(text, result.Text);
            Assert.Equal(result.Text, Run(question, context, settings, word => word.Length % 3).Text);
        },
        iter: 500);

    [Fact]
    public void Complete_WithoutScores_ChangesNothing()
    {
        var plan = new PromptCompressor().Prepare(string.Empty, Prompts.Handbook, new CompressionSettings(.6, Strategy: CompressionStrategy.LlmLingua2), Counter);
        Assert.True(plan.NeedsTokens);
        var result = PromptCompressor.Complete(plan, null);
        Assert.Equal((AbstainReason.NoScores, Prompts.Handbook), (result.AbstainReason, result.Text));
    }

    [Fact]
    public void Prepare_TaskOnTheWholeText_Abstains() => Assert.Equal(
        AbstainReason.WholeContext,
        new PromptCompressor().Prepare("Translate the text.", Prompts.Handbook, new CompressionSettings(.6, Strategy: CompressionStrategy.LlmLingua2), Counter).AbstainReason);

    private static CompressionResult Compress(string context, double rate, Func<string, float> logit) =>
        Run("Whatever is asked?", context, new CompressionSettings(rate, Strategy: CompressionStrategy.LlmLingua2), logit);

    private static CompressionResult Run(string question, string context, CompressionSettings settings, Func<string, float> logit)
    {
        var plan = new PromptCompressor().Prepare(question, context, settings, Counter);
        return PromptCompressor.Complete(plan, plan.NeedsTokens ? plan.KeepProbabilities([.. plan.Sentences.Select(Tokens)]) : null);

        // Two tokens a longer word, as a word-piece model has.
        List<TokenLogit> Tokens(string sentence) => [.. Words().Matches(sentence).SelectMany(m => m.Length < 6
            ? [new TokenLogit(m.Index, m.Length, logit(m.Value))]
            : new[] { new TokenLogit(m.Index, 4, logit(m.Value)), new TokenLogit(m.Index + 4, m.Length - 4, logit(m.Value)) })];
    }

    private static string Joined(string text) => text.Replace('\n', ' ');

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();

    [GeneratedRegex(@"\d[\w./-]*|\bnot\b|\bnever\b|\bNobody\b|\bWeber\b|\bGallen\b|\bEUR\b|\bkg\b|""[^""]*""|https?://\S+")]
    private static partial Regex Facts();
}
