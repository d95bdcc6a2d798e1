using OrleansLlm.Core.Compression;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class RepeatsTests
{
    private const string Run = "The pump was sold in March of that year to a farm. The farm paid in two parts and asked for a longer hose.";

    [Fact]
    public void Find_OverlappingChunks_MarksTheSecondRun()
    {
        var context = $"# One\n\n{Run}\n\n# Two\n\nSomething else entirely stands here. {Run}";
        Assert.Equal(["The pump was sold in March of that year to a farm.", "The farm paid in two parts and asked for a longer hose."], Repeated(context));
    }

    [Fact]
    public void Find_SentenceUnderTwoHeadings_StaysInBoth() =>
        Assert.Empty(Repeated("# Pumps\n\nRefunds take thirty days here.\n\n# Hoses\n\nRefunds take thirty days here."));

    [Fact]
    public void Find_SentenceTwiceInASection_GoesOnce() =>
        Assert.Equal(["Refunds take thirty days here."], Repeated("Refunds take thirty days here. Cards cost more. Refunds take thirty days here."));

    [Fact]
    public void Find_ShortAnswers_Stay() => Assert.Empty(Repeated("Was it paid? Yes. Was it sent? Yes. Was it late? Yes."));

    [Fact]
    public void Find_AlmostTheSame_Stays() => Assert.Empty(Repeated("The fee for cards is 12 EUR. The fee for cards is 13 EUR."));

    [Fact]
    public void Find_RepeatedTables_Stay() => Assert.Empty(Repeated("| a | b |\n|---|---|\n| 1 | 2 |\n\nText stands between them here.\n\n| a | b |\n|---|---|\n| 1 | 2 |"));

    private static List<string> Repeated(string context)
    {
        var units = ContextSegmenter.Segment(context);
        var repeated = Repeats.Find(context, units);
        return [.. units.Where((_, i) => repeated[i]).Select(u => context[u.Start..u.End])];
    }
}
