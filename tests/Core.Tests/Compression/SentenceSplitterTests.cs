using OrleansLlm.Core.Compression;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class SentenceSplitterTests
{
    // A bar marks where a sentence ends.
    [Theory]
    [InlineData("It rained.| The match was off.")]
    [InlineData("Dr. Smith met Mrs. Jones.| They talked.")]
    [InlineData("See Fig. 3 for details.| It is clear.")]
    [InlineData("Results by Jones et al. Were mixed.")]
    [InlineData("J. R. Tolkien wrote it.| It sold well.")]
    [InlineData("He lives in the U.S. and works.| She does not.")]
    [InlineData("He lives in the U.S.| The house is large.")]
    [InlineData("The rate is 3.14 percent.| It rose by 0.5 points.")]
    [InlineData("Version 2.0.1 came out.| Users liked it.")]
    [InlineData("Read https://example.com/a.b?c=D.E now.| Then reply.")]
    [InlineData("Mail a.b@example.com today.| Thanks.")]
    [InlineData("Really?!| Yes.")]
    [InlineData("Wait... for it.| Now.")]
    [InlineData("It was shown before [12].| We confirm it.")]
    [InlineData("It was shown before.[12]| We confirm it.")]
    [InlineData("She said \"Stop. Go home.\" to him.| He left.")]
    [InlineData("He left (see below. It matters) at noon.| She stayed.")]
    [InlineData("The plot thickens.The end is near.", "The plot thickens.|The end is near.")]
    [InlineData("Use System.Text and Example.Com here.| Fine.")]
    [InlineData("我喜欢茶。|他喜欢咖啡。")]
    [InlineData("Er kam um 5 p.m. an.| Dann schlief er.")]
    [InlineData("The values {\"a\": \"b. C\"} hold.| Good.")]
    [InlineData("No stop at the end")]
    public void Split_Text_EndsSentencesWhereAReaderDoes(string marked, string? expected = null)
    {
        var sentences = (expected ?? marked).Split('|').Select(s => s.Trim());
        Assert.Equal(sentences, Split(expected is null ? marked.Replace("|", "", StringComparison.Ordinal) : marked));
    }

    [Fact]
    public void Split_WrappedLine_IsOneSentence() =>
        Assert.Single(Split("This line was wrapped by an editor at about seventy columns, and it\ngoes on in the next one."));

    [Fact]
    public void Split_ShortLines_AreSentencesOfTheirOwn() => Assert.Equal(["Milk", "Bread", "Eggs"], Split("Milk\nBread\nEggs"));

    [Fact]
    public void Split_UnclosedQuotationMark_DoesNotSwallowTheParagraph()
    {
        var text = "He said \"hello. " + string.Concat(Enumerable.Range(0, 40).Select(i => $"Sentence number {i} is here. "));
        Assert.True(Split(text).Count > 30);
    }

    [Fact]
    public void Split_AnyText_LosesNothingButOuterWhiteSpace() => Texts.Odd.Sample(
        text =>
        {
            var spans = new List<(int Start, int End)>();
            SentenceSplitter.Split(text, 0, text.Length, spans);
            var at = 0;
            foreach (var (start, end) in spans)
            {
                Assert.True(start >= at && end > start && end <= text.Length);
                Assert.True(text.AsSpan(at, start - at).IsWhiteSpace(), "between sentences stands white space only");
                at = end;
            }

            Assert.True(text.AsSpan(at).IsWhiteSpace());
        },
        iter: 3000);

    private static List<string> Split(string text)
    {
        var spans = new List<(int Start, int End)>();
        SentenceSplitter.Split(text, 0, text.Length, spans);
        return spans.ConvertAll(s => text[s.Start..s.End]);
    }
}
