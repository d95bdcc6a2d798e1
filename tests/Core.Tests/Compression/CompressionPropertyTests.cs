using System.Text.RegularExpressions;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression;

/// <summary>What must hold of every context.</summary>
public sealed partial class CompressionPropertyTests
{
    private const string Question = "What does the refund for the pump cost?";

    private static readonly ModelTokenizer Counter = ModelTokenizer.ForModel("gpt-4o");
    private static readonly Gen<double> Rates = Gens.Of(.1, .25, .33, .62, .9);

    private readonly PromptCompressor _compressor = new();

    [Fact]
    public void Complete_Structures_SurviveByteForByte() => Gen.Select(Texts.Mixed, Rates).Sample(
        (mixed, rate) =>
        {
            var result = Compress(mixed.Text, rate);
            foreach (var block in mixed.Blocks)
                Assert.Contains(Texts.Written(block), result.Text, StringComparison.Ordinal);
        },
        iter: 150);

    [Fact]
    public void Complete_AnyContext_RemovedSpansAndTextMakeUpTheOriginal() => Gen.Select(Texts.Mixed, Rates).Sample(
        (mixed, rate) => AssertAccounted(mixed.Text, Compress(mixed.Text, rate)), iter: 100);

    [Fact]
    public void Complete_AnyUnicode_RemovedSpansAndTextMakeUpTheOriginal() => Gen.Select(Texts.Odd, Texts.Odd, Rates).Sample(
        (question, context, rate) =>
        {
            var plan = _compressor.Prepare(question + " word", context, new CompressionSettings(rate, 0, 1), Counter);
            AssertAccounted(context, PromptCompressor.Complete(plan, null));
        },
        iter: 1500);

    [Fact]
    public void Complete_SameInput_GivesTheSameBytes() => Gen.Select(Texts.Mixed, Rates).Sample(
        (mixed, rate) =>
        {
            var again = new PromptCompressor();
            var first = Compress(mixed.Text, rate);
            var second = PromptCompressor.Complete(again.Prepare(Question, mixed.Text, new CompressionSettings(rate), Counter), null);
            Assert.Equal(first.Text, second.Text);
            Assert.Equal(first.Removed, second.Removed);
        },
        iter: 50);

    [Fact]
    public void Complete_Prose_KeepsWholeSentencesUnchanged() => Gen.Select(Texts.Sentences(30, 80), Rates).Sample(
        (sentences, rate) =>
        {
            var result = Compress(string.Join(' ', sentences), rate);
            var kept = sentences.Where(s => result.Text.Contains(s, StringComparison.Ordinal));
            Assert.Equal(string.Join(' ', kept), result.Text);
        },
        iter: 100);

    [Fact]
    public void Complete_Prose_NeverInventsNumbersOrDropsNegationsInsideSentences() => Gen.Select(Texts.Sentences(30, 80), Rates).Sample(
        (sentences, rate) =>
        {
            var result = Compress(string.Join(' ', sentences), rate);
            var kept = sentences.Where(s => result.Text.Contains(s, StringComparison.Ordinal)).ToList();
            Assert.Equal(kept.Sum(s => Facts().Count(s)), Facts().Count(result.Text));
        },
        iter: 100);

    [Fact]
    public void Complete_ProseOf300To20000Tokens_MeetsTheRateWithinTwoPercentOrHalfASentence() => Gen.Select(Texts.Uneven, Rates).Sample(
        (text, rate) =>
        {
            var plan = _compressor.Prepare(Question, text, new CompressionSettings(rate), Counter);
            var result = PromptCompressor.Complete(plan, null);
            // A short context at a small rate holds so few sentences that no choice of them is nearer.
            var allowed = Math.Max(CompressionSettings.Tolerance * result.TokensBefore, plan.Costs.Max() / 2.0);
            Assert.InRange(result.TokensAfter, (rate * result.TokensBefore) - allowed - 1, (rate * result.TokensBefore) + allowed + 1);
        },
        iter: 60);

    [Theory]
    [InlineData("\n\n")]
    [InlineData("\r\n\r\n")]
    public void Complete_RepeatsAlreadyBelowTheRate_KeepsEverySentence(string between)
    {
        var sentences = Enumerable.Range(0, 40).Select(i => $"The pump of series {i} costs {i * 7} EUR in the shop at the harbour.").ToList();
        var once = string.Join(' ', sentences);
        var result = Compress(once + between + once, .62);
        Assert.Equal(once, result.Text);
        Assert.Equal(result.TokensBefore - result.TokensAfter, result.TokensLossless);
    }

    [Fact]
    public void Complete_ProseWithStructure_MeetsTheRateOfTheWholeOrKeepsHalfOfItOfTheProse() => Gen.Select(Texts.Mixed, Rates).Sample(
        (mixed, rate) =>
        {
            var result = Compress(mixed.Text, rate);
            var structure = mixed.Blocks.Sum(b => Counter.Count(b)) + (2 * mixed.Blocks.Length);
            var least = structure + (rate / 2 * (result.TokensBefore - structure));
            var asked = Math.Max(rate * result.TokensBefore, least);
            Assert.InRange(result.TokensAfter, (rate - .03) * result.TokensBefore, asked + (.03 * result.TokensBefore));
        },
        iter: 60);

    [Theory]
    [InlineData("\n")]
    [InlineData("\n\n")]
    [InlineData("\n- ")]
    [InlineData("\n\n   ")]
    public void Complete_SentencesOnLines_MeetTheRateWithinTwoPercent(string between) => Gen.Select(Texts.Sentences(60, 300), Rates).Sample(
        (sentences, rate) =>
        {
            var result = Compress(string.Join(between, sentences), rate);
            Assert.InRange((double)result.TokensAfter / result.TokensBefore, rate - .025, rate + .02);
        },
        iter: 25);

    [Fact]
    public void Complete_TokenBudget_IsNeverExceeded() => Gen.Select(Texts.Sentences(30, 120), Gen.Int[20, 400], Gens.Of(" ", "\n", "\n\n", "\t", "\u2003")).Sample(
        (sentences, budget, between) =>
        {
            var settings = new CompressionSettings(TokenBudget: budget);
            var result = PromptCompressor.Complete(_compressor.Prepare(Question, string.Join(between, sentences), settings, Counter), null);
            Assert.True(!result.Compressed || result.TokensAfter <= budget, $"{result.TokensAfter} tokens of {budget}");
        },
        iter: 200);

    [Fact]
    public void Complete_ToABudgetTwice_ChangesNothingMore() => Gen.Select(Texts.Sentences(40, 120), Gen.Int[100, 300]).Sample(
        (sentences, budget) =>
        {
            var settings = new CompressionSettings(MinimumContextTokens: 0, TokenBudget: budget);
            var once = PromptCompressor.Complete(_compressor.Prepare(Question, string.Join(' ', sentences), settings, Counter), null);
            var twice = PromptCompressor.Complete(_compressor.Prepare(Question, once.Text, settings, Counter), null);
            Assert.Equal(once.Text, twice.Text);
        },
        iter: 50);

    [Fact]
    public void Complete_LowerRate_NeverCostsMoreTokens() => Texts.Sentences(40, 100).Sample(
        sentences =>
        {
            var context = string.Join(' ', sentences);
            Assert.True(Compress(context, .25).TokensAfter < Compress(context, .62).TokensAfter);
        },
        iter: 50);

    [Fact]
    public void Complete_PartsCostMoreThanTheWhole_StillMeetsTheBudget() => Gen.Select(Texts.Sentences(40, 80), Gen.Int[120, 200]).Sample(
        (sentences, budget) =>
        {
            var plan = _compressor.Prepare(Question, string.Join(' ', sentences), new CompressionSettings(TokenBudget: budget), new CheaperTogether());
            var result = PromptCompressor.Complete(plan, null);
            Assert.True(result.Compressed);
            Assert.InRange(result.TokensAfter, 1, budget);
        },
        iter: 50);

    private static void AssertAccounted(string context, CompressionResult result)
    {
        var text = new System.Text.StringBuilder();
        var at = 0;
        foreach (var span in result.Removed)
        {
            Assert.True(span.Start >= at && span.Length > 0);
            text.Append(context, at, span.Start - at);
            at = span.Start + span.Length;
        }

        text.Append(context, at, context.Length - at);
        Assert.Equal(text.ToString(), result.Text);
        Assert.Equal(Counter.Count(result.Text), result.TokensAfter);
    }

    private CompressionResult Compress(string context, double rate) =>
        PromptCompressor.Complete(_compressor.Prepare(Question, context, new CompressionSettings(rate), Counter), null);

    /// <summary>One token a word, every tenth free: an encoding whose counts of parts exceed the whole's.</summary>
    private sealed class CheaperTogether : ITokenCounter
    {
        public string Encoding => "test";

        public int Count(ReadOnlySpan<char> text)
        {
            var words = text.Trim().Count(' ') + 1;
            return words - (words / 10);
        }
    }

    [GeneratedRegex(@"\d+|\bnot\b|\bnever\b|\bNobody\b")]
    private static partial Regex Facts();
}
