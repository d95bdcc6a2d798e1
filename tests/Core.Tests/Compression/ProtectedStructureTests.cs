using System.Text.Json;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class ProtectedStructureTests
{
    private static readonly ModelTokenizer Counter = ModelTokenizer.ForModel("gpt-4o");

    [Theory]
    [InlineData("```python\nx = 1. Y = 2\n```")]
    [InlineData("~~~\nfree text. More text.\n~~~")]
    [InlineData("{\n  \"name\": \"A. B.\",\n  \"on\": true\n}")]
    [InlineData("Result: {\"id\": 7, \"tags\": [\"a. B\", \"c\"]}")]
    [InlineData("[1, 2, 3]")]
    [InlineData("<invoice>\n<sum currency=\"EUR\">12.50</sum>\n</invoice>")]
    [InlineData("<pre>\nleft. As is.\n</pre>")]
    [InlineData("<nocompress>\nKeep me. All of me.\n</nocompress>")]
    [InlineData("| item | price |\n|------|-------|\n| pump | 12.50 |")]
    [InlineData("item\tprice\npump\t12.50")]
    [InlineData("item,price,stock\npump,12.50,3\nhose,4.20,9")]
    [InlineData("item      price     stock\npump      12.50     3")]
    [InlineData("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old. Line\n+new. Line")]
    [InlineData("2024-03-01 12:00:01 ERROR Disk full. Stopping.\n2024-03-01 12:00:02 INFO Stopped.")]
    [InlineData("[ERROR] Disk full. Stopping now.\n[INFO] Stopped.")]
    [InlineData("System.IO.IOException: The disk is full\n   at Shop.Save(Order o) in C:\\src\\Shop.cs:line 12\n   at Shop.Main()")]
    [InlineData("Traceback (most recent call last):\n  File \"a.py\", line 3, in <module>\n    main()\nValueError: bad value")]
    [InlineData("12 | var x = 1;\n13 | var y = 2;")]
    [InlineData("name: pump\nprice: 12.50\nstock: 3")]
    [InlineData("public int Price(int n)\n{\n    return n * 2;\n}")]
    [InlineData("SELECT id FROM pumps\nWHERE price = 12.50\nORDER BY id;")]
    [InlineData("> He wrote this. And this.")]
    [InlineData("> He wrote this.\nAnd this belongs to it. And this.")]
    [InlineData("    npm install pump --save")]
    [InlineData("<!-- YAML\nadded. In v1\nchanged: never\n-->")]
    [InlineData("https://example.com/manual.pdf")]
    [InlineData("/var/log/pump.log")]
    [InlineData("## Warranty terms")]
    [InlineData("Warranty terms\n==============")]
    [InlineData("[Document 2]")]
    [InlineData("Source: handbook.pdf")]
    [InlineData("$$\na = b. C\n$$")]
    public void Complete_StructureAmidProse_SurvivesByteForByte(string block)
    {
        var result = Compress(block, .1);

        Assert.True(result.Compressed);
        Assert.Contains("\n" + Texts.Written(block) + "\n", result.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\": 7, \"note\": \"First. Second! Third?\", \"rows\": [{\"a\": -1.5e3}, {\"a\": null}]}")]
    [InlineData("{\n  \"text\": \"brace } and bracket ] inside. Still text.\",\n  \"deep\": {\"x\": {\"y\": [[], {}]}}\n}")]
    [InlineData("[\n  {\"q\": \"escaped \\\" quote. Yes\"},\n  {\"q\": \"\\u00e9\"}\n]")]
    public void Complete_JsonInTheContext_StaysValid(string json)
    {
        var text = Compress(json, .1).Text;
        var start = text.IndexOfAny(['{', '[']);
        var end = text.LastIndexOfAny(['}', ']']);
        using var survived = JsonDocument.Parse(text[start..(end + 1)]);
        using var original = JsonDocument.Parse(json);
        Assert.True(JsonElement.DeepEquals(original.RootElement, survived.RootElement));
    }

    [Theory]
    [InlineData("It may take a while (the office is closed on Sundays. Trains run late).")]
    [InlineData("He wrote \"The parcel is lost. It will not come back.\" in his letter.")]
    [InlineData("The reply {\"state\": \"lost. Closed\"} came at noon.")]
    [InlineData("Dr. Weber of the U.S. office paid 3.50 EUR at https://example.com/a.b?c=1.")]
    public void Complete_KeptSentence_IsWholeWhateverItHolds(string sentence)
    {
        var asked = sentence[..^1] + " for the refund of the pump" + sentence[^1];
        Assert.Contains(asked, Compress(asked, .1).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Note: the refund of the pump was not paid because the invoice is missing.")]
    [InlineData("Class action suits do not touch the refund of the pump.")]
    [InlineData("From the start the pump lost water, and no refund was paid.")]
    public void Prepare_ProseThatLooksLikeStructure_IsLive(string sentence)
    {
        var units = ContextSegmenter.Segment("It rained all day. " + sentence + "\n\nNothing else happened in that week.");
        Assert.All(units, unit => Assert.Equal(UnitKind.Prose, unit.Kind));
    }

    [Fact]
    public void Prepare_CodeBeforeData_LeavesTheDataItsFirstBracket()
    {
        var units = ContextSegmenter.Segment("SELECT id FROM pumps\nWHERE price = 12.50\nORDER BY id;\n\n{\n  \"a\": \"b. C\",\n  \"d\": 1\n}");
        Assert.Equal(2, units.Length);
        Assert.All(units, unit => Assert.Equal(UnitKind.Structure, unit.Kind));
    }

    [Theory]
    [InlineData("    The typist moved every paragraph to the right. So she did with this.")]
    [InlineData("> He wrote this.\n\nThe answer to it stands below. It is prose.")]
    public void Prepare_IndentedProseAndAnswersToQuotes_AreLive(string text) =>
        Assert.Contains(ContextSegmenter.Segment("It rained all day.\n\n" + text + "\n\nNothing else happened."), u => u.Kind == UnitKind.Prose && u.Start > 20 && u.Length < 50);

    private static CompressionResult Compress(string block, double rate)
    {
        var filler = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"The office in town number {i} was painted again by the same two people."));
        var context = $"{filler}\n\n{block}\n\nThe refund of the pump takes a week. {filler.Replace("office", "station", StringComparison.Ordinal)}";
        var compressor = new PromptCompressor();
        return PromptCompressor.Complete(compressor.Prepare("How long does the refund of the pump take?", context, new CompressionSettings(rate), Counter), null);
    }
}
