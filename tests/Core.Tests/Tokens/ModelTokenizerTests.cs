using Microsoft.ML.Tokenizers;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Tokens;

public sealed class ModelTokenizerTests
{
    private static readonly (string Model, TiktokenTokenizer Twin)[] Encodings =
    [
        ("gpt-4o", TiktokenTokenizer.CreateForEncoding("o200k_base")),
        ("gpt-4", TiktokenTokenizer.CreateForEncoding("cl100k_base")),
    ];

    // Words, numbers, marks, spaces and line ends in any order, longer than what is counted at once.
    private static readonly Gen<string> Texts = Gens.Of(
            "the", " new", "Card", "'s", "'LL", "don't", " ", "  ", "\n", "\r\n", "\t", "1234567", " 42", "3.14", "€", "—", "，", "。", "…", "/", "//\n", "+", "==", "é", "e\u0301", "مرحبا", "\u0e20\u0e32", "漢字", "かな", "😀", "½", "Ⅷ", "_", "\u00a0", "x\"y", "🏳️‍🌈")
        .Array[0, 400].Select(string.Concat);

    [Fact]
    public void Count_OfTextWithoutOverlongWords_IsTheTokenizersOwn() => Texts.Sample(
        static text =>
        {
            foreach (var (model, twin) in Encodings)
            {
                var count = ModelTokenizer.ForModel(model).Count(text, out var inPieces);
                if (inPieces == 0)
                    Assert.Equal(twin.CountTokens(text), count);
            }
        },
        iter: 400);

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("-")]
    [InlineData("7")]
    [InlineData("漢")]
    [InlineData("😀")]
    [InlineData("ab'")]
    public void Count_OfOneLongWord_IsNearTheTokenizersOwn(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 1500));
        foreach (var (model, twin) in Encodings)
        {
            var count = ModelTokenizer.ForModel(model).Count(text, out var inPieces);
            Assert.True(inPieces > 0 || unit is "ab'");
            Assert.InRange(count, twin.CountTokens(text) - 1, twin.CountTokens(text) + 1 + (2 * text.Length / ModelTokenizer.LongestWord));
        }
    }

    // As a whole it would take longer than anybody waits: this test's end is what it asserts.
    [Fact]
    public void Count_OfMegabytesWithoutASpace_Ends()
    {
        var text = new string('a', 2_000_000);
        Assert.InRange(ModelTokenizer.ForModel("gpt-4o").Count(text), 200_000, 400_000);
    }
}
