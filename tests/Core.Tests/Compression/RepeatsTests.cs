using OrleansLlm.Core.Compression;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class RepeatsTests
{
    private const string Run = "The pump was sold in March of that year to a farm. The farm paid in two parts and asked for a longer hose.";

    [Theory]
    [InlineData("# One\n\nStation 7 opened late. {0}\n\n# Two\n\n{0} Something else entirely stands here.")]
    [InlineData("Station 7 opened late. {0}\n\n{0} Something else entirely stands here.")]
    [InlineData("Station 7 opened late.\n\n{0}\n\n{0}\n\nSomething else entirely stands here.")]
    public void Find_OverlappingChunks_MarksTheSecondRun(string chunks) => Assert.Equal(
        ["The pump was sold in March of that year to a farm.", "The farm paid in two parts and asked for a longer hose."],
        Repeated(string.Format(System.Globalization.CultureInfo.InvariantCulture, chunks, Run)));

    [Theory]
    [InlineData("# Pumps\n\nRefunds take thirty days here.\n\n# Hoses\n\nRefunds take thirty days here.")]
    [InlineData("# Pumps\n\n{0}\n\n# Hoses\n\n{0}")]
    [InlineData("# 2023\n\nThe price is 5. {0} It ends in May.\n\n# 2024\n\nThe price is 6. {0} It ends in June.")]
    [InlineData("# Motion 1\n\nThe road. {0}\n\n# Motion 2\n\nThe mill. {0}")]
    [InlineData("The road is to be built.\n\n{0}\n\nThe mill is to be sold.\n\n{0}")]
    [InlineData("# Pumps\n\n{0} They are red.\n\n# Hoses\n\nThey are blue. {0}")]
    [InlineData("<document>\n<source>gold</source>\n{0}\n</document>\n<document>\n<source>silver</source>\n{0}\n</document>")]
    [InlineData("{0}\n\n| card | gold |\n|---|---|\n| fee | 5 |\n\n{0}\n\n| card | silver |\n|---|---|\n| fee | 7 |")]
    [InlineData("{0}\n{{\"card\": \"gold\"}}\n{0}\n{{\"card\": \"silver\"}}")]
    public void Find_WhatTwoPiecesSay_StaysInBoth(string pieces) =>
        Assert.Empty(Repeated(string.Format(System.Globalization.CultureInfo.InvariantCulture, pieces, Run)));

    [Theory]
    [InlineData("Refunds take thirty days here. Cards cost more. Refunds take thirty days here.")]
    [InlineData("Can hats be returned? Yes, within 30 days of delivery. They must be dry. Can bags be returned? Yes, within 30 days of delivery.")]
    [InlineData("Motion 1 is the road.\nSMITH: I vote for the motion as amended.\nMotion 2 is the mill.\nSMITH: I vote for the motion as amended.")]
    public void Find_SentenceTwiceInASection_StaysBothTimes(string section) => Assert.Empty(Repeated(section));

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
        Assert.Equal(2, Repeated($"# One\n\nIn May it rained. {Run}\n\n# Two\n\n{other} In June it was dry.").Count);
    }

    [Theory]
    [InlineData("March", "April")]
    [InlineData("two parts", "3 parts")]
    [InlineData("was sold", "was not sold")]
    [InlineData("The farm paid", "A neighbour paid")]
    public void Find_RunWithAnotherFact_Stays(string was, string now)
    {
        var repeated = Repeated($"# One\n\nIn May it rained. {Run}\n\n# Two\n\n{Run.Replace(was, now, StringComparison.Ordinal)} In June it was dry.");
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
        var cutAtBothEnds = $"{Before} {Run} It was then moved to the new\n\nthe old mill by the river burnt down. {Run} {After} In May it rained.";
        Assert.Equal(3, Repeated(cutAtBothEnds).Count);
        Assert.DoesNotContain(After, Repeated(cutAtBothEnds));
    }

    [Fact]
    public void Find_EndOfAnEarlierSentenceThatStandsForItself_Stays() =>
        Assert.DoesNotContain("Refunds are paid.", Repeated($"Nobody says that Refunds are paid. {Run}\n\nRefunds are paid. {Run}"));

    [Fact]
    public void Find_ChunkWhoseLastSentenceIsWholeAndOther_Stays() =>
        Assert.Empty(Repeated($"In May it rained. {Run} Refunds are paid.\n\n{Run} Refunds are paid unless the card is lost. They are late."));

    [Fact]
    public void Find_WhatAnnouncesATable_Stays()
    {
        const string Lead = "The fees of the cards for this year are:";
        Assert.DoesNotContain(Lead, Repeated($"{Lead}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n{Lead}\n\n| a | b |\n|---|---|\n| 1 | 3 |"));
    }

    [Fact]
    public void Find_AnyProse_KeepsEachWording() => Prose.Sample(
        context =>
        {
            var units = ContextSegmenter.Segment(context);
            var repeated = Repeats.Find(context, units);
            var kept = units.Where((u, i) => u.Kind == UnitKind.Prose && !repeated[i]).ToArray();
            var words = kept.SelectMany(Words).ToHashSet(StringComparer.Ordinal);
            Assert.All(units.Where(u => u.Kind == UnitKind.Prose).SelectMany(Words), word => Assert.Contains(word, words));
            Assert.Equal(Repeats.Find(context, units), repeated);

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
