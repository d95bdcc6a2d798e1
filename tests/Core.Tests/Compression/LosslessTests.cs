using System.Text.Json;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class LosslessTests
{
    private static readonly ModelTokenizer Counter = ModelTokenizer.ForModel("gpt-4o");

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Theory]
    [InlineData("How long does a refund take?")]
    [InlineData("Summarize this document.")]
    [InlineData("Which volcano erupted near Naples?")]
    public void Complete_IndentedData_LosesOnlyItsWhiteSpace(string question)
    {
        var json = JsonSerializer.Serialize(Enumerable.Range(0, 40).Select(i => new { id = i, note = "a  b\t{ \"x\": 1 }", price = i * 1.5 }), Indented);
        var result = Compress(question, json, 300);
        Assert.True(result.Compressed);
        Assert.Equal(result.TokensBefore - result.TokensAfter, result.TokensLossless);
        Assert.Equal(JsonSerializer.Serialize(JsonElement.Parse(json)), result.Text);
    }

    [Fact]
    public void Complete_AnyJsonValue_StaysTheSameValue() => Values(3).Array[1, 6].Sample(values =>
    {
        var json = string.Join("\n\nSome words stand between the data here.\n\n", values.Select(v => JsonSerializer.Serialize(v, Indented)));
        var text = Compress("Which words stand here?", json, 0).Text;
        // The same value, written on one line where it was on several.
        foreach (var value in values.Select(v => JsonSerializer.Serialize(v, Indented)).Where(v => v is ['{' or '[', ..]))
            Assert.Contains(Texts.Written(value), text, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("{\n  \"a\": 1, // comment\n  \"b\": 2\n}")]
    [InlineData("{\n  \"a\": 1,\n  ...\n}")]
    [InlineData("{\n  \"a\": \"un\nclosed\"\n}")]
    public void Find_WhatIsNoJson_StaysAsItIs(string text) => Assert.Empty(JsonWhiteSpace.Find(text, ContextSegmenter.Segment(text)));

    [Fact]
    public void Complete_OverlappingChunks_AreCountedAsLossless()
    {
        var sentences = Enumerable.Range(0, 60).Select(i => $"Station {i} of the line by the river is cleaned by a crew of {i + 2} people.").ToList();
        // Twelve chunks of seven sentences, each with the last two of the one before.
        var context = string.Join("\n\n", Enumerable.Range(0, 12).Select(i => $"# Part {i}\n\n{string.Join(' ', sentences.Skip(i * 5 - (i > 0 ? 2 : 0)).Take(i > 0 ? 7 : 5))}"));
        var result = Compress("Which volcano erupted near Naples?", context, 100);
        Assert.Equal(AbstainReason.Flat, result.AbstainReason);
        Assert.All(sentences, s => Assert.Equal(1, result.Text.Split(s).Length - 1));
        Assert.Equal(result.TokensBefore - result.TokensAfter, result.TokensLossless);

        var chosen = Compress("Which station is cleaned by a crew of 7 people?", context, 100);
        Assert.InRange(chosen.TokensLossless, 11 * 20, chosen.TokensBefore - chosen.TokensAfter);

        var compared = Compress("What is the difference between the parts?", context, 100);
        Assert.DoesNotContain(compared.Removed, span => span.Kind == RemovedKind.Duplicate);
        Assert.Equal(0, compared.TokensLossless);
    }

    [Fact]
    public void Complete_LosslessOnly_LeavesOutNoSentence()
    {
        var json = JsonSerializer.Serialize(Enumerable.Range(0, 40).Select(i => new { id = i, price = i * 1.5 }), Indented);
        var plan = new PromptCompressor().Prepare(
            "How long does a refund to a debit card take?", $"{Prompts.Handbook}\n\n{json}", CompressionSettings.Default with { LosslessOnly = true }, Counter);
        var result = PromptCompressor.Complete(plan, null);
        Assert.Equal(AbstainReason.QualityFloor, result.AbstainReason);
        Assert.True(result.Compressed);
        Assert.All(result.Removed, span => Assert.Equal(RemovedKind.WhiteSpace, span.Kind));
    }

    [Fact]
    public void Complete_TaskOnTheWholeText_TouchesNothing()
    {
        var json = JsonSerializer.Serialize(Enumerable.Range(0, 40).Select(i => new { id = i, price = i * 1.5 }), Indented);
        Assert.Same(json, Compress("Translate the document into German.", json, 300).Text);
    }

    [Fact]
    public async Task Complete_ManyAtOnce_GiveTheBytesOfOne()
    {
        var compressor = new PromptCompressor();
        var contexts = Enumerable.Range(0, 16).Select(i => Prompts.Handbook + $"\n\nThe fee for case {i} is {i} EUR.").ToList();
        var alone = contexts.ConvertAll(Run);
        var together = await Task.WhenAll(Enumerable.Range(0, 96).Select(i => Task.Run(() => Run(contexts[i % 16]))));
        for (var i = 0; i < together.Length; i++)
            Assert.Equal(alone[i % 16], together[i]);

        string Run(string context) => PromptCompressor.Complete(
            compressor.Prepare("How long does a refund to a debit card take?", context, new CompressionSettings(.4), Counter), null).Text;
    }

    private static Gen<object> Values(int depth)
    {
        var leaf = Gen.OneOf<object>(Gen.Int.Select(i => (object)i), Gen.String[0, 12].Where(s => !s.Any(char.IsSurrogate)).Select(s => (object)s), Gen.Bool.Select(b => (object)b));
        if (depth == 0)
            return leaf;
        var inner = Values(depth - 1);
        return Gen.OneOf<object>(
            inner.Array[1, 4].Select(a => (object)a),
            Gen.Select(Gen.Int[0, 99], inner).Array[1, 4].Select(a => (object)a.DistinctBy(p => p.Item1).ToDictionary(p => $"key {p.Item1}", p => p.Item2)));
    }

    private static CompressionResult Compress(string question, string context, int minimum) =>
        PromptCompressor.Complete(new PromptCompressor().Prepare(question, context, new CompressionSettings(.3, minimum, 1), Counter), null);
}
