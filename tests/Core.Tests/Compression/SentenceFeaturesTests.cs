using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class SentenceFeaturesTests
{
    private static readonly string[] Plain =
    [
        "The museum opened in spring.", "Visitors came by train.", "The harbour was dredged twice.", "A storm sank three boats.",
        "The mayor resigned after the vote.", "Bread became dear that winter.",
    ];

    [Fact]
    public void Bm25_SentenceWithTheRareWord_IsBest() => Assert.Equal(2, Best("bm25", "Who dredged the harbour?", Plain));

    [Fact]
    public void Roots_DerivedWord_Matches() => Assert.Equal(4, Best("roots", "Why was there a resignation?", Plain));

    [Fact]
    public void Neighbours_SentenceBesideTheMatch_Gains()
    {
        var column = Column("neighbours", "Who dredged the harbour?", Plain);
        Assert.True(column[1] > column[5] && column[3] > column[5]);
    }

    [Theory]
    [InlineData("density40")]
    [InlineData("density200")]
    [InlineData("density800")]
    [InlineData("coverage40")]
    [InlineData("coverage200")]
    [InlineData("coverage800")]
    public void Distance_FartherFromTheMatch_CountsLess(string feature)
    {
        var column = Column(feature, "Which museum?", Plain);
        for (var i = 2; i < column.Length; i++)
            Assert.True(column[i] < column[i - 1], $"{i}");
    }

    [Fact]
    public void Distance_CountsWordsNotSentences()
    {
        var far = string.Join(' ', Enumerable.Repeat("and so on and on", 12)) + ".";
        var column = Column("coverage40", "Which museum?", ["Rain fell.", far, "The museum opened.", "Snow fell.", "Bread was dear."]);
        Assert.True(column[4] > column[0], "two short sentences away is nearer than one long one");
    }

    [Fact]
    public void Coverage_TwoTermsOnce_BeatOneTermTwice() =>
        Assert.Equal(1, Best("coverage", "Where is the pump of the farm?", ["The pump is a pump is a pump.", "The farm has a pump.", "Rain fell.", "Snow fell."]));

    [Fact]
    public void Adjacency_WordsSideBySide_BeatWordsApart() =>
        Assert.Equal(1, Best("adjacency", "What is a heat pump?", ["The pump stood in the sun, and the day brought great heat.", "A heat pump warms the house.", "Rain fell."]));

    [Theory]
    [InlineData("How many boats sank?", "There were 12 of them.")]
    [InlineData("When did it open?", "That was in 1984.")]
    [InlineData("Who resigned?", "It was Anna Weber.")]
    public void AnswerKind_SentenceThatCouldAnswer_IsMarked(string question, string answer) =>
        Assert.Equal(1, Best("answerKind", question, ["nothing is said here.", answer, "nor is it here."]));

    [Fact]
    public void Residual_SecondPartOfTheQuestion_OutranksMoreOfTheFirst()
    {
        string[] sentences =
        [
            "The heat pump costs 12 EUR.", "The pump house is red.", "A heat pump costs money.", "Rain fell all day.", "Trains ran late.", "Delivery needs days.", "Snow fell.",
        ];
        const string question = "What do the heat pump costs come to and is delivery free?";
        var bm25 = Column("bm25", question, sentences);
        var residual = Column("residual", question, sentences);
        Assert.True(bm25[0] > bm25[5]);
        Assert.True(residual[5] > residual[0]);
    }

    [Fact]
    public void Lead_ParagraphNamedByTheBestSentence_IsFavoured()
    {
        string[] sentences =
        [
            "Gunther Film was directed by Anna Weber.", "It was shown in May.", "The Anna Weber story begins in Graz.", "She was born there.",
            "The Karl Huber story begins in Linz.", "He was born there.",
        ];
        var column = Column("lead", "Where was the director of Gunther Film born?", sentences, 0, 2, 4);
        Assert.True(column[2] > column[4] && column[3] > column[5]);
    }

    [Fact]
    public void Paragraph_OfTheMatch_IsFavoured()
    {
        var column = Column("paragraph", "Who dredged the harbour?", Plain, 0, 2, 4);
        Assert.True(column[3] > column[1] && column[3] > column[5]);
    }

    [Fact]
    public void OpensParagraph_FirstSentences_AreMarked() =>
        Assert.Equal([true, false, true, false, true, false], Column("opensParagraph", "Which museum?", Plain, 0, 2, 4).Select(v => v > 0));

    [Theory]
    [InlineData("How did SARS spread?")]
    [InlineData("How did the severe acute respiratory syndrome spread?")]
    public void Acronym_DefinedInTheContext_StandsForItsLongForm(string question)
    {
        string[] sentences = ["The severe acute respiratory syndrome (SARS) broke out.", "Rain fell.", "SARS was carried by travellers.", "Trains ran late.", "The syndrome was severe, acute and respiratory."];
        var column = Column("bm25", question, sentences);
        Assert.True(column[2] > column[1] && column[4] > column[1]);
    }

    [Theory]
    [InlineData("He bought it (USA) there.")]
    [InlineData("The pump (A-17) failed.")]
    [InlineData("Unfinished (AB")]
    [InlineData("(SARS) first.")]
    [InlineData("Nothing () here.")]
    public void Acronym_BracketWithoutLongForm_AddsNothing(string context) =>
        Assert.Empty(AcronymDefinitions.Expand(context, QuestionTerms.Read("What of the USA, SARS, AB and A-17?").Content));

    [Fact]
    public void Column_AnyContext_IsStandardised() => Gen.Select(Texts.Odd, Texts.Odd.Array[1, 12]).Sample(
        (question, sentences) =>
        {
            foreach (var name in SentenceFeatures.Names)
            {
                var column = Column(name, question, sentences);
                Assert.All(column, v => Assert.True(double.IsFinite(v), name));
                if (column.Length > 0)
                    Assert.Equal(0, column.Average(), 6);
            }
        },
        iter: 200);

    [Theory]
    [InlineData(true, "Anna: Yes, that is so.", "Bert: No.", "Anna: We shall see about it.")]
    [InlineData(false, "Anna: Yes, that is so.", "It rained.", "The pump failed.", "Snow fell.")]
    [InlineData(false, "Yes, that is so.", "No.")]
    [InlineData(true, "Hon. Ann Lee (New West, NDP): Yes, that is so.", "Mr. Bo Day: No.", "The Chair (Ms. Jo Ray): Order.")]
    public void IsTranscript_FewNamesOverAndOver_IsTrue(bool expected, params string[] turns)
    {
        string[] sentences = [.. Enumerable.Range(0, 10).SelectMany(i => turns.Select(t => $"{t} {i}"))];
        Assert.Equal(expected, Features("Which pump?", sentences).IsTranscript);
    }

    [Fact]
    public void IsTranscript_ManyTitles_IsFalse() =>
        Assert.False(Features("Which pump?", [.. Enumerable.Range(0, 40).Select(i => $"Pump {i}: It pumps water.")]).IsTranscript);

    private static int Best(string feature, string question, string[] sentences) => Array.IndexOf(Column(feature, question, sentences), Column(feature, question, sentences).Max());

    private static double[] Column(string feature, string question, string[] sentences, params int[] starts) =>
        Features(question, sentences, starts).Column(SentenceFeatures.Names.IndexOf(feature)).ToArray();

    private static SentenceFeatures Features(string question, string[] sentences, params int[] starts)
    {
        var plan = new PromptCompressor().PrepareSplit(
            question, sentences, starts.ToHashSet(), CompressionSettings.Default, ModelTokenizer.ForModel("gpt-4o"));
        return LexicalScorer.Score(plan.Context, plan.Units, plan.Live, QuestionTerms.Read(question));
    }
}
