using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression.Records;

public sealed class RecordThinningTests
{
    private static readonly ModelTokenizer Counter = ModelTokenizer.ForModel("gpt-4o");
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions RelaxedIndented = new(Relaxed) { WriteIndented = true };

    private static readonly string[] Goods = ["kettle", "hose", "lamp", "chair", "rope", "stove", "clock", "ladder", "basket", "mirror"];

    private static readonly object[] Orders = [.. Enumerable.Range(0, 40).Select(i => new { order = 4700 + i, goods = Goods[i % 10], price = i * 1.5, note = "left at the gate, \"ring twice\"" })];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Complete_QuestionThatNamesARecord_KeepsItWithTheFirstAndTheLast(bool indented)
    {
        var json = JsonSerializer.Serialize(Orders, indented ? Indented : JsonSerializerOptions.Default);
        var result = Thin("What is the price of order 4717?", json, .4);
        var kept = Numbers(result.Text);
        Assert.Superset(new HashSet<int> { 4700, 4717, 4739 }, kept);
        Assert.InRange(result.TokensAfter, .36 * Counter.Count(JsonSerializer.Serialize(Orders)) * .9, .45 * result.TokensBefore);
        Assert.Contains(result.Removed, span => span.Kind == RemovedKind.Record);
        Assert.All(result.Removed.Where(s => s.Kind == RemovedKind.Record), s => Assert.Single(Numbers($"[{json.AsSpan(s.Start, s.Length).Trim().TrimEnd(',')}]")));
    }

    [Theory]
    [InlineData("How many orders have a price above 20?")]
    [InlineData("What is the total of order 4717 and the others?")]
    [InlineData("List the goods of order 4717.")]
    [InlineData("Which orders were dearer than order 4717?")]
    [InlineData("Wie viele Bestellungen sind teurer als 4717?")]
    [InlineData("What is the price of order 9999?")]
    [InlineData("What is the price of the order?")]
    public void Complete_QuestionThatAllRecordsMayAnswer_ThinsNothing(string question)
    {
        var json = JsonSerializer.Serialize(Orders);
        Assert.Equal(json, Thin(question, json, .4).Text);
    }

    [Fact]
    public void Complete_NotAskedFor_ThinsNothing()
    {
        var json = JsonSerializer.Serialize(Orders);
        var plan = new PromptCompressor().Prepare("What is the price of order 4717?", json, new CompressionSettings(.4, 0, 1), Counter);
        Assert.Equal(json, PromptCompressor.Complete(plan, null).Text);
    }

    [Fact]
    public void Complete_ArrayInsideAnObject_LosesRecordsAndNothingElse()
    {
        var json = JsonSerializer.Serialize(new { page = 1, orders = Orders, rates = new[] { 1, 2, 3 }, total = 40 });
        var text = Thin("What is the price of order 4717?", json, .4).Text;
        var root = JsonElement.Parse(text);
        Assert.Equal(["page", "orders", "rates", "total"], root.EnumerateObject().Select(p => p.Name));
        Assert.InRange(root.GetProperty("orders").GetArrayLength(), 3, 39);
        Assert.Equal("[1,2,3]", root.GetProperty("rates").GetRawText());
    }

    [Fact]
    public void Complete_JsonLines_LosesWholeLines()
    {
        var lines = Orders.Select(o => JsonSerializer.Serialize(o)).ToList();
        var text = Thin("What is the price of order 4717?", string.Join('\n', lines), .4).Text;
        var kept = text.Split('\n');
        Assert.Subset(lines.ToHashSet(), kept.ToHashSet());
        Assert.InRange(kept.Length, 3, 39);
        Assert.Contains(lines[17], kept);
    }

    [Fact]
    public void Complete_ProseThatSaysNothingOfTheQuestion_StaysBesideThinnedRecords()
    {
        const string Prose = "Deliveries leave the yard at nine. Nobody signs for them at night. The gate is blue.";
        var text = Thin("What does 4717 cost?", Prose + "\n\n" + JsonSerializer.Serialize(Orders), .4).Text;
        Assert.StartsWith(Prose, text, StringComparison.Ordinal);
        Assert.InRange(Numbers(text[Prose.Length..]).Count, 3, 39);
    }

    [Theory]
    [InlineData("What is the price of the kéttle of order 4700?")]
    [InlineData("What is the price of the ladder?")]
    public void Complete_EscapedWords_AreNamesToo(string question)
    {
        var json = JsonSerializer.Serialize(Orders).Replace("kettle", "k\\u00e9ttle", StringComparison.Ordinal).Replace("ladder", "the\\nladder", StringComparison.Ordinal);
        var named = question.Contains("kéttle", StringComparison.Ordinal) ? 0 : 7;
        Assert.Superset(Enumerable.Range(0, 4).Select(i => 4700 + named + (i * 10)).ToHashSet(), Numbers(Thin(question, json, .4).Text));
    }

    [Fact]
    public void Complete_AnyRecords_LeaveValidJsonOfRecordsInTheirOrder() => Gen.Select(Tables, Gens.Of(.1, .3, .6), Gen.Bool).Sample(
        (table, rate, indented) =>
        {
            var json = JsonSerializer.Serialize(table, indented ? RelaxedIndented : Relaxed);
            var context = $"The gate of the yard is blue.\n\n{json}\n\nNobody signs at night.";
            var result = Thin("What does number 3 cost?", context, rate);
            var start = result.Text.IndexOf('[', StringComparison.Ordinal);
            var written = JsonElement.Parse(result.Text[start..(result.Text.LastIndexOf(']') + 1)]).EnumerateArray().Select(r => r.GetRawText()).ToList();
            var original = JsonElement.Parse(JsonSerializer.Serialize(JsonElement.Parse(json), Relaxed))
                .EnumerateArray().Select(r => r.GetRawText()).ToList();
            var at = 0;
            foreach (var record in written)
            {
                at = original.IndexOf(record, at) + 1;
                Assert.True(at > 0, record);
            }

            Assert.All(original.Where(r => JsonElement.Parse(r).GetProperty("id").GetInt32() == 3), record => Assert.Contains(record, written));
            Assert.Equal(result.Text, Thin("What does number 3 cost?", context, rate).Text);
            Assert.Equal(result.Text, Without(context, result.Removed));
        },
        iter: 60);

    private static readonly Gen<object[]> Tables = Gen.Select(Gen.Int[0, 30], Texts.Odd, Gen.Double[0, 100])
        .Array[0, 40].Select(rows => rows.Select(r => (object)new { id = r.Item1, text = Valid(r.Item2), price = r.Item3 }).ToArray());

    private static string Valid(string text) => string.Concat(text.EnumerateRunes());

    private static string Without(string context, IReadOnlyList<RemovedSpan> removed)
    {
        foreach (var span in removed.Reverse())
            context = context.Remove(span.Start, span.Length);
        return context;
    }

    private static SortedSet<int> Numbers(string json) => [.. JsonElement.Parse(json).EnumerateArray().Select(r => r.GetProperty("order").GetInt32())];

    private static CompressionResult Thin(string question, string context, double rate) => PromptCompressor.Complete(
        new PromptCompressor().Prepare(question, context, new CompressionSettings(rate, 0, 1, ThinRecords: true), Counter), null);
}
