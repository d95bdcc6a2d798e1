using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class WordWindowsTests
{
    // Three words each but for the long ones.
    private static readonly string[] Turns =
    [
        "Anna: Good morning.", "Bert: Rain fell.", "Anna: The budget.", "Bert: Yes indeed.", "Anna: Budget grows.", "Bert: No idea.",
        "Anna: Snow fell.", "Bert: Trains ran.",
    ];

    [Fact]
    public void Best_TurnsInOneGoodStretch_RankAlike()
    {
        var best = Windows("budget", 9).Best();
        // Turns 2 to 4 make up the stretch that says it twice; the turn between has no such word.
        Assert.Equal(best[2], best[3]);
        Assert.Equal(best[3], best[4]);
        Assert.True(best[3] > best[6]);
    }

    [Fact]
    public void Mean_FartherFromTheMatches_CountsLess()
    {
        var mean = Windows("budget", 9).Mean();
        Assert.True(mean[3] > mean[1] && mean[3] > mean[6] && mean[6] > mean[7]);
    }

    [Fact]
    public void Top_IsTheStretchWithTheMatches()
    {
        var (start, end) = Windows("budget", 9).Top;
        Assert.Equal((2, 5), (start, end));
    }

    [Fact]
    public void Match_TwoTermsOnce_BeatOneTermTwice()
    {
        string[] turns = ["The pump is here.", "The pump is there.", "Rain fell.", "The farm is here.", "The pump is green."];
        var best = WindowsOf(turns, "pump farm", 8).Best();
        Assert.True(best[4] > best[0]);
    }

    [Fact]
    public void Best_NoTurns_IsEmpty() => Assert.Empty(new WordWindows(new TermIndex(), [], 100).Best());

    [Fact]
    public void Features_OfAConversation_FollowTheStretchAndWhatElseItSays()
    {
        string[] talk =
        [
            .. Enumerable.Range(0, 500).Select(i => $"Anna: Nothing of note in part {i} of it all."),
            .. Enumerable.Range(0, 12).Select(i => i % 3 == 0 ? "Bert: The budget for sensors is tight." : $"Anna: Sensors and wires cost a lot, point {i}."),
            .. Enumerable.Range(0, 500).Select(i => $"Bert: Something else was said in item {i}."),
            "Anna: Sensors and wires again.",
        ];
        var plan = new PromptCompressor().PrepareSplit(
            "What did the team say about the budget?", talk, new HashSet<int>(), CompressionSettings.Default, ModelTokenizer.ForModel("gpt-4o"));
        var features = LexicalScorer.Score(plan.Context, plan.Units, plan.Live, QuestionTerms.Read("What did the team say about the budget?"));
        Assert.True(features.IsTranscript);
        foreach (var name in StretchScorer.Names)
        {
            var column = features.Column(SentenceFeatures.Names.IndexOf(name)).ToArray();
            Assert.True(column[505] > column[0], name);
        }
    }

    [Theory]
    [InlineData("What did the team say about the budget?", "budget")]
    [InlineData("Summarize the discussion about the budget", "budget")]
    [InlineData("What did they discuss?", "discuss")]
    public void Subject_WordsThatReport_GoUnlessNothingElseIsAsked(string question, string subject) =>
        Assert.Equal(QuestionTerms.Read(subject).Content.Select(t => t.Id), QuestionTerms.Read(question).Subject.Select(t => t.Id));

    private static WordWindows Windows(string query, int length) => WindowsOf(Turns, query, length);

    private static WordWindows WindowsOf(string[] turns, string query, int length)
    {
        var index = new TermIndex();
        foreach (var turn in turns)
            index.Add(turn);
        var weights = new double[index.TermCount];
        foreach (var term in QuestionTerms.Read(query).Content)
            weights[index.Find(term)] = 1;
        return new WordWindows(index, weights, length);
    }
}
