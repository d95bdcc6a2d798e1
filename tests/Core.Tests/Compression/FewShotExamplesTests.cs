using System.Text.RegularExpressions;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression;

public sealed partial class FewShotExamplesTests
{
    private static readonly ModelTokenizer Counter = ModelTokenizer.ForModel("gpt-4o");

    [Theory]
    [InlineData("Question: {0}\nLet's think step by step\n{1}\nThe answer is {2}\n")]
    [InlineData("Question: {0}\nAnswer: {1} So it is {2}.\n")]
    [InlineData("**Q{2}:** {0}\n\n**A:** {1}\n\nThe answer is {2}.\n\n")]
    [InlineData("Input: {0}\nOutput: {1} {2}\n\n")]
    [InlineData("### Example {2}\nReview: {0} {1}\nSentiment: {2} of 10\n")]
    public void Complete_WorkedExamples_KeepEveryNumber(string shape)
    {
        var examples = string.Concat(Enumerable.Range(3, 12).Select(i => string.Format(
            System.Globalization.CultureInfo.InvariantCulture, shape,
            $"A shop sells {i} pumps a day and {i * 7} hoses a week. How many pumps does it sell in {i + 1} weeks?",
            $"A week has 7 days. That makes {i} x 7 = {i * 7} pumps a week, and {i * 7 * (i + 1)} in all.", i)));
        var context = Prompts.Handbook + "\n\n" + examples;
        var compressor = new PromptCompressor();
        var result = PromptCompressor.Complete(compressor.Prepare("How many pumps does it sell in 9 weeks?", context, new CompressionSettings(.25, 0, 1), Counter), null);
        Assert.EndsWith(examples.TrimEnd(), result.Text.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(Number().Count(examples), Number().Count(result.Text[result.Text.IndexOf(examples[..12], StringComparison.Ordinal)..]));
    }

    [Fact]
    public void Complete_DocumentAfterTheExamples_IsStillCompressed()
    {
        var context = "Q: What does a pump cost?\nA: 12 EUR.\nQ: What does a hose cost?\nA: 4 EUR.\n\n" + Prompts.Handbook;
        var compressor = new PromptCompressor();
        Assert.True(PromptCompressor.Complete(compressor.Prepare("How long does a refund take?", context, new CompressionSettings(.5), Counter), null).Compressed);
    }

    [Theory]
    [InlineData("Note: the fee is due. Text goes on here.\n\nNote: it is not due.\n\nProblem: the pump failed on Monday.")]
    [InlineData("Text: only one. It has no answer.\n\nSource: the handbook says so.")]
    public void Scan_LabelsThatAreNoExamples_AreNotProtected(string context) =>
        Assert.Contains(ContextSegmenter.Segment(context), u => u.Kind == UnitKind.Prose);

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
