using System.Text;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Compression.Records;
using OrleansLlm.Core.Compression.Structure;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression;

/// <summary>Much of what each rule looks at and never finds the end of: it took minutes, or hours by the megabyte. The fact behind it stays.</summary>
public sealed class HostileTextTests
{
    private const int Size = 200_000;
    private const string Fact = "A refund to a debit card takes 7 business days.";

    private static readonly Dictionary<string, Func<int, string>> s_pieces = new()
    {
        ["announcements"] = static _ => "a:\n",
        ["open braces by line"] = static _ => "{\nx y\n",
        ["open brackets by line"] = static _ => "[\nx\n",
        ["open braces"] = static _ => "{a b ",
        ["half of the keys twice"] = static i => $"k{i / 2}: v\n",
        ["open displays"] = static _ => "$$ a\n",
        ["open code elements"] = static _ => "<pre> a\n",
        ["open comments"] = static _ => "<!-- a\n",
        ["one letter"] = static _ => "a",
        ["marks on a letter"] = static _ => "\u0301",
        ["halves of pairs"] = static _ => "\ud83d",
    };

    public static TheoryData<string> Pieces => [.. s_pieces.Keys];

    [Theory]
    [MemberData(nameof(Pieces))]
    public void Complete_TextOfOpenings_KeepsTheFactBehind(string piece)
    {
        var text = new StringBuilder(Size + Fact.Length + 20);
        for (var i = 0; text.Length < Size; i++)
            text.Append(s_pieces[piece](i));
        text.Append("\n\n").Append(Fact).Append('\n');
        var result = PromptCompressor.Complete(
            new PromptCompressor().Prepare("How long does a refund to a debit card take?", text.ToString(), CompressionSettings.Default, new ByLength()), null);
        Assert.Contains(Fact, result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_ManySmallObjectsAfterALargeOne_AreNotHeldAgainstAllOfIt()
    {
        var json = new StringBuilder("[{\"z\":1");
        for (var i = 0; i < 60_000; i++)
            json.Append($",\"n{i}\":1");
        json.Append('}').Insert(json.Length, ",{\"a\":1}", 60_000).Append(']');
        Assert.Empty(RecordReader.Arrays(json.ToString()));
    }

    [Fact]
    public void Limit_EndThatDoesNotComeTooOften_IsNear()
    {
        var ahead = new LookAhead(far: 200, near: 16);
        for (var i = 0; i < 64; i++)
        {
            Assert.Equal(200, ahead.Limit);
            ahead.InVain();
        }

        Assert.Equal(16, ahead.Limit);
    }

    [Theory]
    [InlineData("<a b=\"c\">\n# d\n")]
    [InlineData("<a b=\"c\">\n</d>\n")]
    [InlineData("<title>a</title>\n# d\n")]
    public void Over_TagsThatNothingCloses_SaysWhatAHandfulOfThemSay(string piece) =>
        Assert.InRange(new HeadingPath(string.Concat(Enumerable.Repeat(piece, 30_000)), "f").Over(400_000).Length, 1, 200);

    [Fact]
    public void Find_ParagraphsThatOverlapEverywhere_EndsAndKeepsOne()
    {
        var text = string.Concat(Enumerable.Repeat("The pump of the old mill by the river was sold in March of that year to a farm in the north.\n\n", 20_000));
        var repeated = Repeats.Find(text, ContextSegmenter.Segment(text));
        Assert.False(repeated[0]);
        Assert.All(repeated[1..], Assert.True);
    }

    // What counts tokens is another's to make fast.
    private sealed class ByLength : ITokenCounter
    {
        public string Encoding => "four characters a token";

        public int Count(ReadOnlySpan<char> text) => (text.Length + 3) / 4;
    }
}
