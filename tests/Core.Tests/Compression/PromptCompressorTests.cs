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
    [InlineData("Notwithstanding this, gift cards have none.")]
    [InlineData("This excludes gift cards.")]
    [InlineData("It does not apply on Sundays.")]
    [InlineData("Subject to the approval of the branch.")]
    [InlineData("Only if the shop agrees.")]
    [InlineData("Dies gilt nicht am Sonntag.")]
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

    [Theory]
    [InlineData("\"Late Fee\" means 0.5% of the price a day.")]
    [InlineData("“Late Fee” shall mean 0.5% of the price a day.")]
    [InlineData("\"Late Fee\" bezeichnet 0,5% des Preises am Tag.")]
    public void Complete_TermOfTheBestSentence_KeepsWhatItMeans(string definition)
    {
        const string Rule = "If the seller does not deliver the pumps in time, the buyer may claim the Late Fee.";
        var filler = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"The buyer of pump {i} may claim {i} letters from the seller."));
        var result = PromptCompressor.Complete(
            _compressor.Prepare("What may the buyer claim if the seller does not deliver in time?", $"{filler}\n\nThe lamp is green. The farm is old. {definition} The cat is asleep.\n\n{Rule}\n\n{filler}", CompressionSettings.Default with { KeepRate = .1 }, Counter), null);
        Assert.Contains(Rule, result.Text, StringComparison.Ordinal);
        Assert.Contains(definition, result.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{0}\n\n{1}")]
    [InlineData("- {0}\n- {1}")]
    public void Complete_ExceptionInTheNextParagraphOrItem_IsKeptWithItsRule(string layout)
    {
        const string Rule = "A refund to a debit card takes 7 business days.";
        const string Exception = "However, this is void for purchases abroad.";
        var filler = string.Join(' ', Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? $"The refund to a debit card number {i} takes {i} letters." : $"The pump {i} was sold to a farm."));
        var rule = string.Format(System.Globalization.CultureInfo.InvariantCulture, layout, Rule, Exception);
        var result = PromptCompressor.Complete(
            _compressor.Prepare("How long does a refund to a debit card take?", $"{filler}\n\n{rule} The lamp is green.\n\n{filler}", CompressionSettings.Default with { KeepRate = .1 }, Counter), null);
        Assert.Equal(AbstainReason.None, result.AbstainReason);
        Assert.Contains(rule, result.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(.62)]
    [InlineData(.33)]
    [InlineData(.25)]
    [InlineData(.1)]
    public void Complete_RulesWithExceptions_ComeNearTheRate(double rate)
    {
        var context = string.Join("\n\n", Enumerable.Range(0, 60).Select(i => $"A card refund of case {i} takes {i} days{string.Concat(Enumerable.Repeat(" and a letter", i % 5))}. However, case {i} is void{string.Concat(Enumerable.Repeat(" on a farm", i % 7))}."));
        var result = PromptCompressor.Complete(_compressor.Prepare("How many days does a card refund take?", context, new CompressionSettings(rate), Counter), null);
        Assert.InRange((double)result.TokensAfter / result.TokensBefore, rate - CompressionSettings.Tolerance, rate + CompressionSettings.Tolerance);
    }

    [Fact]
    public void Complete_AnyRulesWithExceptions_NoRuleGoesWithoutItsOwn() => Gen.Select(
        Gen.Select(Gen.Int[1, 9], Gen.Int[0, 30], Gen.Int[0, 30]).Array[12, 60], Gens.Of(.1, .25, .33, .5, .62, .8), Gens.Of<int?>(null, null, 200)).Sample(
        (rules, rate, budget) =>
        {
            var context = string.Join("\n\n", rules.Select((r, i) => $"A {Words("card", r.Item1 % 3)} refund of case {i} takes {r.Item1} days{Words(" and a letter", r.Item2 / 4)}. However, case {i} is void{Words(" on a farm", r.Item3 / 3)}."));
            var settings = new CompressionSettings(rate, 0, 1, budget);
            var result = PromptCompressor.Complete(_compressor.Prepare("How many days does a card refund take?", context, settings, Counter), null);
            for (var i = 0; i < rules.Length; i++)
            {
                if (result.Text.Contains($"refund of case {i} takes", StringComparison.Ordinal))
                    Assert.Contains($"However, case {i} is void", result.Text, StringComparison.Ordinal);
            }

            Assert.True(!result.Compressed || budget is not { } most || result.TokensAfter <= most);

            static string Words(string words, int times) => string.Concat(Enumerable.Repeat(words, times));
        },
        iter: 150);
}
