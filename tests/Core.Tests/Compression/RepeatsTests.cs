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

    [Fact]
    public void Find_OtherPrintOfARun_MarksIt()
    {
        var other = Run.Replace("pump", "**pump**", StringComparison.Ordinal).Replace("March of", "March\nof", StringComparison.Ordinal);
        Assert.Equal(2, Repeated($"# One\n\n{Run}\n\n# Two\n\n{other}").Count);
    }

    [Theory]
    [InlineData("March", "April")]
    [InlineData("two parts", "3 parts")]
    [InlineData("was sold", "was not sold")]
    [InlineData("The farm paid", "A neighbour paid")]
    public void Find_RunWithAnotherFact_Stays(string was, string now)
    {
        var repeated = Repeated($"# One\n\n{Run}\n\n# Two\n\n{Run.Replace(was, now, StringComparison.Ordinal)}");
        Assert.DoesNotContain(repeated, s => s.Contains(now, StringComparison.Ordinal));
    }

    [Fact]
    public void Find_ChunksThatOverlapInTheMiddleOfSentences_MarkTheCutOnesToo()
    {
        const string Before = "In the first year of the war the old mill by the river burnt down.";
        var context = $"{Before} {Run}\n\nthe old mill by the river burnt down. {Run} Later it was moved.";
        Assert.Equal(
            ["the old mill by the river burnt down.", "The pump was sold in March of that year to a farm.", "The farm paid in two parts and asked for a longer hose."],
            Repeated(context));

        const string After = "It was then moved to the new house on the hill.";
        var ranked = $"{Run} {After}\n\nIn May it rained. {Run} It was then moved to the new";
        Assert.Contains("It was then moved to the new", Repeated(ranked));
    }

    [Fact]
    public void Find_EndOfAnEarlierSentenceThatStandsForItself_Stays() =>
        Assert.DoesNotContain("Refunds are paid.", Repeated($"Nobody says that Refunds are paid. {Run}\n\nRefunds are paid. {Run}"));

    [Fact]
    public void Find_BeginningOfAnEarlierSentenceThatStandsForItself_Stays() =>
        Assert.DoesNotContain("Refunds are paid.", Repeated($"{Run} Refunds are paid unless the card is lost.\n\nIn May it rained. {Run} Refunds are paid."));

    [Fact]
    public void Find_WhatAnnouncesATable_Stays()
    {
        const string Lead = "The fees of the cards for this year are:";
        Assert.DoesNotContain(Lead, Repeated($"{Lead}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n{Lead}\n\n| a | b |\n|---|---|\n| 1 | 3 |"));
    }

    [Fact]
    public void Find_AnyProse_KeepsEachWordingAndMarksNothingTwice() => Prose.Sample(
        context =>
        {
            var units = ContextSegmenter.Segment(context);
            var repeated = Repeats.Find(context, units);
            var kept = units.Where((u, i) => u.Kind == UnitKind.Prose && !repeated[i]).ToArray();
            var words = kept.SelectMany(Words).ToHashSet(StringComparer.Ordinal);
            Assert.All(units.Where(u => u.Kind == UnitKind.Prose).SelectMany(Words), word => Assert.Contains(word, words));
            Assert.Equal(Repeats.Find(context, units), repeated);
            Assert.DoesNotContain(true, Repeats.Find(context, [.. units.Where((_, i) => !repeated[i])]));

            IEnumerable<string> Words(ContextUnit unit) => WordingKey.Of(context.AsSpan(unit.Start, unit.Length)).Key.Split(' ');
        },
        iter: 300);

    [Fact]
    public void Find_EmptySentences_Stay() =>
        Assert.DoesNotContain(true, Repeats.Find("  ", [new ContextUnit(0, 0, UnitKind.Prose, 0, 0), new ContextUnit(1, 1, UnitKind.Prose, 0, 0)]));

    [Fact]
    public void Find_AnyUnicode_Ends() => Texts.Odd.Sample(odd => Repeats.Find(odd + "\n\n" + odd, ContextSegmenter.Segment(odd + "\n\n" + odd)), iter: 500);

    // Few sentences, over and over, in several prints, under several headings.
    private static readonly Gen<string> Prose = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 5], Gens.Of(" ", " ", " ", "\n\n", "\n\n# Part\n\n")).Array[4, 60].Select(
        parts => string.Concat(parts.Select(p => $"The {(p.Item2 == 0 ? "**pump**" : "pump")} of house {p.Item1} was {(p.Item1 == p.Item2 ? "not " : string.Empty)}sold to a farm.{p.Item3}")));

    private static List<string> Repeated(string context)
    {
        var units = ContextSegmenter.Segment(context);
        var repeated = Repeats.Find(context, units);
        return [.. units.Where((_, i) => repeated[i]).Select(u => context[u.Start..u.End])];
    }
}
