using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Tests.Requests;

public sealed class ContextDetectorTests
{
    [Theory]
    [InlineData("What are the fees?", "What are the fees?", 0)]
    [InlineData("Context:\nFees are 5.\n\nQuestion: What are the fees?", "What are the fees?", 1)]
    [InlineData("Question: What are the fees?\n\nContext:\nFees are 5.", "What are the fees?", 1)]
    [InlineData("<document id=\"1\">Fees are 5.</document>\nWhat are the fees?", "What are the fees?", 1)]
    [InlineData("<context>a</context><context>b</context><question>What are the fees?</question>", "What are the fees?", 2)]
    [InlineData("## Context\nFees are 5.\n\n## Question\nWhat are the fees?", "What are the fees?", 1)]
    [InlineData("Why does this fail?\n```python\nprint(1)\n```", "Why does this fail?", 1)]
    [InlineData("> Fees are 5.\n> They rose.\nIs this true?", "Is this true?", 1)]
    [InlineData("How do I use the <article> tag?", "How do I use the <article> tag?", 0)]
    [InlineData("<ask>What are the fees?</ask>", "What are the fees?", 0)]
    [InlineData("Translate \"\"\"guten Tag\"\"\" please now", "Translate   please now", 1)]
    [InlineData("Cite the id of a <source> tag (e.g. <source id=\"1\">).\n<context><source id=\"1\">Fees are 5.</source><source id=\"2\">Cards are 3.</source></context>\nWhat are the fees?", "Cite the id of a <source> tag (e.g. <source id=\"1\">). What are the fees?", 1)]
    [InlineData("Use what stands inside the <context> tag only.\n<context>Fees are 5.</context>\nWhat are the fees?", "Use what stands inside the   tag only. What are the fees?", 1)]
    [InlineData("<context><context>Fees are 5.</context>Cards are 3.</context>What are the fees?", "What are the fees?", 1)]
    [InlineData("Context information is below.\n-----\nFees are 5.\n\nCards are 3.\n-----\nGiven the context information and not prior knowledge, answer the query.\nQuery: What are the fees?\nAnswer: ", "What are the fees?", 3)]
    [InlineData("What are the fees?\n\nContext information is below, surrounded by -----\n\n-----\nFees are 5.\n-----\n\nGiven the context, reply.", "What are the fees? Given the context, reply.", 3)]
    [InlineData("The query is as follows: What are the fees?\nWe have some more context below.\n======\nFees are 5.\n-----\nCards are 3.\n======\nRefine it.", "The query is as follows: What are the fees? Refine it.", 3)]
    [InlineData("Fees\n-----\nFees are 5.\n-----\nWhat are the fees?", "Fees ----- Fees are 5. ----- What are the fees?", 0)]
    [InlineData("<source id=\"1\"/><source id=\"2\">Fees are 5.</source>What are the fees?", "What are the fees?", 1)]
    public void Split_KnownLayouts_TellQuestionFromContext(string text, string question, int blocks)
    {
        var split = ContextDetector.Split(0, text);
        Assert.Equal(Words(question), Words(split.Question));
        Assert.Equal(blocks, split.Context.Count);
    }

    [Fact]
    public void Split_LongTextWithShortLastParagraph_TakesTheRestForContext()
    {
        var split = ContextDetector.Split(0, string.Join(' ', Enumerable.Repeat("The policy covers fees.", 40)) + "\n\nWhat does it cover?");
        Assert.Equal("What does it cover?", split.Question);
        Assert.Single(split.Context);
    }

    [Fact]
    public void Split_OfATextWithoutMarks_SaysWhatThePatternsSay() => Gen.OneOf(
        Gen.String[Gen.OneOf(Gen.Char, Gens.Of('\n', ' ', '\t', 'q', 'a')), 0, 300], Gens.Of("Question\nWhat?", "context\n\na", "a\n", " \u00a0x ", "", "**text**\n\n" + new string('x', 300) + "\n\nwhy")).Sample(static text =>
    {
        var (fast, slow) = (ContextDetector.Split(0, text), ContextDetector.Split(0, text, isMarked: true));
        Assert.Equal((slow.Question, slow.Layout), (fast.Question, fast.Layout));
        Assert.Equal(slow.Context, fast.Context);
    });

    [Fact]
    public void Split_AnyText_GivesOrderedBlocksInsideTheText() => Gen.String[Gen.OneOf(Gen.Char, Gens.Of('<', '>', '"', '`', '\n', ':', '/')), 0, 300].Sample(text =>
    {
        var at = 0;
        foreach (var block in ContextDetector.Split(0, text).Context)
        {
            Assert.True(block.Start >= at && block.Length > 0 && block.Start + block.Length <= text.Length);
            at = block.Start + block.Length;
        }
    });

    [Theory]
    [InlineData("<a>")]
    [InlineData("```\n")]
    [InlineData("\"\"\"")]
    [InlineData("“")]
    [InlineData("> x\n")]
    [InlineData("context:\n")]
    public void Split_HostileRepetition_Ends(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 60_000));
        var split = ContextDetector.Split(0, text);
        Assert.All(split.Context, b => Assert.InRange(b.Start + b.Length, 1, text.Length));
    }

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
