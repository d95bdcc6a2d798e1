using OrleansLlm.Core.Compression;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class QuestionCoverageTests
{
    [Fact]
    public void Raise_SecondPieceOfEvidence_ComesBeforeARepetitionOfTheFirst()
    {
        string[] sentences = ["The pump was built by Weber in Basel.", "Weber built the pump in the year of the flood.", "Nothing of note happened.", "Basel has a harbour with a museum."];
        var raised = Of("Which museum stands in the harbour of the city where the pump was built by Weber?", sentences).Raise([2, 1.9, 0, .5]);
        Assert.Equal([0, 3, 1, 2], Enumerable.Range(0, 4).OrderByDescending(i => raised[i]));
        // What it repeats is worth nothing any more.
        Assert.Equal(1.9, raised[1], 9);
        Assert.Equal(0, raised[2], 9);
    }

    [Fact]
    public void Raise_AnySentences_GivesTheQuestionOutOnce() => Gen.Select(Texts.Sentences(2, 60), Gen.Double[-3, 3].Array[60]).Sample((sentences, scores) =>
    {
        var own = scores[..sentences.Length];
        var raised = Of("What does the refund for the pump in St. Gallen cost Dr. Weber?", sentences).Raise(own);
        Assert.All(raised.Zip(own), pair => Assert.True(pair.First >= pair.Second));
        Assert.InRange(raised.Sum() - own.Sum(), 0, QuestionCoverage.Weight + 1e-6);
    });

    [Fact]
    public void Raise_NoWordOfTheQuestion_ChangesNothing() =>
        Assert.Equal([1d, 2], Of("Which volcano erupted near Naples?", ["The pump is here.", "The shop is there."]).Raise([1, 2]));

    private static QuestionCoverage Of(string question, string[] sentences)
    {
        var index = new TermIndex();
        foreach (var sentence in sentences)
            index.Add(sentence);
        return new QuestionCoverage(index, QuestionTerms.Read(question).Content);
    }
}
