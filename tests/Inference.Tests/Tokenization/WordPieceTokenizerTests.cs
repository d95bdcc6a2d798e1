using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Inference.Tests.Tokenization;

public sealed class WordPieceTokenizerTests
{
    private static readonly string[] s_pieces =
    [
        "a", "Z", "9", " ", "\u0301", "é", "Å", "한", "日", "豈", "😀", "[SEP]", "[", "\u200B", "\0", "≠", "İ", "\uD800", "supercalifragilistic", "x\u0338",
    ];

    // Every UTF-16 code unit, lone surrogates too; and text as it is met: letters, marks, ideographs, Hangul, emoji, special tokens.
    private static readonly Gen<string> s_text = Gen.OneOf(
        Gen.String,
        Gen.Int[0, 0x10FFFF].Where(code => code is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32).Array[0, 40].Select(string.Concat),
        Gen.Int[0, s_pieces.Length - 1].Select(i => s_pieces[i]).Array[0, 40].Select(string.Concat));

    [Fact]
    public void Tokenize_AnyText_SpansLieInsideItAndNeverStepBack() =>
        s_text.Sample(
            text =>
            {
                using var tokens = new TokenBuffer();
                TestModels.Tokenizer.Tokenize(text, tokens);
                var last = 0;
                foreach (var span in tokens.Spans)
                {
                    Assert.InRange(span.Start, last, text.Length);
                    Assert.InRange(span.End, span.Start + 1, text.Length);
                    last = span.Start;
                }
            },
            iter: 20_000);

    [Fact]
    public void Tokenize_Limit_IsAPrefixOfTheWhole() =>
        Gen.Select(s_text, Gen.Int[0, 20]).Sample(
            (text, limit) =>
            {
                using var whole = new TokenBuffer();
                using var cut = new TokenBuffer();
                TestModels.Tokenizer.Tokenize(text, whole);
                TestModels.Tokenizer.Tokenize(text, cut, limit);
                Assert.Equal(whole.Ids[..Math.Min(limit, whole.Count)].ToArray(), cut.Ids.ToArray());
            },
            iter: 5_000);

    [Fact]
    public void EncodePair_AnyTexts_FitsAndCutsTheLongerFirst() =>
        Gen.Select(s_text, s_text, Gen.Int[3, 40]).Sample(
            (first, second, maxTokens) =>
            {
                using var a = new TokenBuffer();
                using var b = new TokenBuffer();
                using var pair = new TokenBuffer();
                TestModels.Tokenizer.Tokenize(first, a);
                TestModels.Tokenizer.Tokenize(second, b);
                var segment = TestModels.Tokenizer.EncodePair(first, second, maxTokens, pair);
                Assert.Equal(Math.Min(maxTokens, a.Count + b.Count + 3), pair.Count);
                var (kept, keptSecond) = (segment - 2, pair.Count - segment - 1);
                Assert.Equal(a.Ids[..kept].ToArray(), pair.Ids[1..(segment - 1)].ToArray());
                Assert.Equal(b.Ids[..keptSecond].ToArray(), pair.Ids[segment..^1].ToArray());
                // A text that was cut keeps at least as much, but for the odd token, as one that was not or was cut too.
                if (kept < a.Count)
                    Assert.True(kept >= keptSecond - 1);
                if (keptSecond < b.Count)
                    Assert.True(keptSecond >= kept - 1);
            },
            iter: 5_000);

    // "Slow" tokenizers take tokens away one at a time; the fast reference halves, the longer text getting the odd token.
    [Theory]
    [InlineData(5, 3, 20, 5, 3)]
    [InlineData(30, 3, 23, 17, 3)]
    [InlineData(3, 30, 23, 3, 17)]
    [InlineData(30, 20, 24, 11, 10)]
    [InlineData(20, 30, 24, 10, 11)]
    [InlineData(30, 30, 24, 10, 11)]
    public void EncodePair_TooLong_CutsAsTheReference(int first, int second, int maxTokens, int keptFirst, int keptSecond)
    {
        using var pair = new TokenBuffer();
        var segment = TestModels.Tokenizer.EncodePair(Words(first), Words(second), maxTokens, pair);
        Assert.Equal((keptFirst, keptSecond), (segment - 2, pair.Count - segment - 1));

        static string Words(int count) => string.Join(' ', Enumerable.Repeat("card", count));
    }

    [Fact]
    public void Fit_AnyTexts_IsWhetherEncodePairCutsNone() =>
        Gen.Select(s_text, s_text, Gen.Int[3, 40]).Sample(
            (first, second, maxTokens) =>
            {
                using var a = new TokenBuffer();
                using var b = new TokenBuffer();
                TestModels.Tokenizer.Tokenize(first, a);
                TestModels.Tokenizer.Tokenize(second, b);
                Assert.Equal(a.Count + b.Count <= maxTokens - 3, TestModels.Tokenizer.Fit(first, second, maxTokens - 3));
            },
            iter: 5_000);

    // Two questions of fewer characters than are matched by meaning, whose ends no verifier reads.
    [Fact]
    public void EncodePair_NamesOfManyPieces_CutsBothQuestionsBeforeTheyDiffer()
    {
        const string Setting = "We run kubectl with kustomize overlays, argocd syncs helmfile releases, kyverno blocks privileged daemonsets, istio sidecars restart hourly, and cert-manager webhooks time out behind our nginx ingress; coredns looks fine. ";
        const string First = Setting + "How do I debug the slow webhooks?";
        const string Second = Setting + "How do I bill teams for usage?";
        using var pair = new TokenBuffer();
        var segment = TestModels.Tokenizer.EncodePair(First, Second, 128, pair);
        Assert.Equal((63, 62), (segment - 2, pair.Count - segment - 1));
        Assert.Equal(pair.Ids[1..(segment - 2)].ToArray(), pair.Ids[segment..^1].ToArray());
        Assert.False(TestModels.Tokenizer.Fit(First, Second, 125));
        Assert.True(TestModels.Tokenizer.Fit(First, "How do I bill teams for usage?", 125));
    }

    [Theory]
    [InlineData("Café", "cafe")]
    [InlineData("cafe\u0301", "cafe")]
    [InlineData("ÅNGSTRÖM", "angstrom")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("a\u0000b\u200Bc", "abc")]
    [InlineData("don\u2019t", "don \u2019 t")]
    [InlineData("x\u00A0y\u3000z", "x y z")]
    [InlineData("\uFA0E日", "\uFA0E 日")]
    [InlineData("가", "\u1100\u1161")]
    [InlineData("=\u0338", "=")]
    [InlineData("≠", "=")]
    public void Tokenize_NormalizedForm_GivesTheSameTokens(string text, string normalized)
    {
        using var actual = new TokenBuffer();
        using var expected = new TokenBuffer();
        TestModels.Tokenizer.Tokenize(text, actual);
        TestModels.Tokenizer.Tokenize(normalized, expected);
        Assert.Equal(expected.Ids.ToArray(), actual.Ids.ToArray());
    }

    [Fact]
    public void Tokenize_StrippedMark_BelongsToItsLettersSpan()
    {
        using var tokens = new TokenBuffer();
        TestModels.Tokenizer.Tokenize("le cafe\u0301 noir", tokens);
        Assert.Equal([new(0, 2), new(3, 5), new(9, 4)], tokens.Spans.ToArray());
    }

    [Fact]
    public void Tokenize_WordOfMoreThanHundredCharacters_IsOneUnknown()
    {
        using var tokens = new TokenBuffer();
        TestModels.Tokenizer.Tokenize(new string('a', 101), tokens);
        Assert.Equal([TestModels.Tokenizer.Vocabulary.Unknown], tokens.Ids.ToArray());
        Assert.Equal(new TokenSpan(0, 101), tokens.Spans[0]);
        tokens.Clear();
        TestModels.Tokenizer.Tokenize(new string('a', 100), tokens);
        Assert.DoesNotContain(TestModels.Tokenizer.Vocabulary.Unknown, tokens.Ids.ToArray());
    }
}
