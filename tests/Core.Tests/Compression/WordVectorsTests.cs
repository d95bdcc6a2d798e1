using OrleansLlm.Core.Compression;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class WordVectorsTests
{
    [Theory]
    [InlineData("price", "cost", "table")]
    [InlineData("doctor", "physician", "banana")]
    [InlineData("mortality", "death", "window")]
    public void Default_WordsOfLikeMeaning_AreNearerThanOthers(string word, string like, string other) =>
        Assert.True(Cosine(WordVectors.Default, word, like) > Cosine(WordVectors.Default, word, other) + .2);

    [Fact]
    public void Find_InflectedWord_HasTheRowOfItsStem() =>
        Assert.Equal(WordVectors.Default.Find(WordVectors.Key("price")), WordVectors.Default.Find(WordVectors.Key("prices")));

    [Theory]
    [InlineData("xqzzt")]
    [InlineData("1984")]
    public void Find_WordThatIsNone_HasNoRow(string word) => Assert.Equal(-1, WordVectors.Default.Find(WordVectors.Key(word)));

    [Fact]
    public void Cosine_IsThatOfWholeNumbers()
    {
        var (a, b) = (Vector(3, 4), Vector(4, 3));
        var vectors = Read(("one", a), ("two", b));
        Assert.Equal(24f / 25, Cosine(vectors, "one", "two"));
    }

    [Fact]
    public void Read_FileThatEndsTooSoon_IsRefused()
    {
        using var stream = new MemoryStream();
        WordVectors.Write(stream, [("one", Vector(1, 2))]);
        stream.SetLength(stream.Length - 1);
        stream.Position = 0;
        Assert.Throws<InvalidDataException>(() => WordVectors.Read(stream));
    }

    [Fact]
    public void Read_OtherVersion_IsRefused()
    {
        using var stream = new MemoryStream();
        WordVectors.Write(stream, [("one", Vector(1, 2))]);
        stream.GetBuffer()[0]++;
        stream.Position = 0;
        Assert.Contains("version", Assert.Throws<InvalidDataException>(() => WordVectors.Read(stream)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Score_SentenceWithAWordOfLikeMeaning_OutranksOthers()
    {
        var scores = Scores("What is the price of a visit to the physician?", "Rain fell all day.", "Seeing a doctor costs money.", "The train was late.");
        Assert.Equal(scores.Max(), scores[1]);
        Assert.True(scores[1] > 2 * Math.Max(scores[0], scores[2]));
    }

    [Fact]
    public void Score_TheWordItself_OutranksOneOfLikeMeaning()
    {
        var scores = Scores("Which doctor?", "The physician came.", "The doctor came.", "Rain fell.");
        Assert.True(scores[1] > scores[0] && scores[0] > scores[2]);
    }

    [Fact]
    public void Score_WordWithoutVector_CountsWhereItStands() =>
        Assert.Equal([0, 1], Scores("What is Xqzzt?", "Rain fell.", "Xqzzt fell.").Select(score => Math.Sign(score)));

    private static double[] Scores(string question, params string[] sentences)
    {
        var index = new TermIndex();
        foreach (var sentence in sentences)
            index.Add(sentence);
        return MeaningScorer.Score(index, QuestionTerms.Read(question).Content, WordVectors.Default);
    }

    private static float Cosine(WordVectors vectors, string a, string b) =>
        vectors.Cosine(vectors.Find(WordVectors.Key(a)), vectors.Find(WordVectors.Key(b)));

    private static sbyte[] Vector(sbyte first, sbyte second) => [first, second, .. new sbyte[WordVectors.Dimensions - 2]];

    private static WordVectors Read(params (string, sbyte[])[] words)
    {
        using var stream = new MemoryStream();
        WordVectors.Write(stream, words);
        stream.Position = 0;
        return WordVectors.Read(stream);
    }
}
