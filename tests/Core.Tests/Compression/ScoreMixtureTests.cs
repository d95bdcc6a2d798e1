using System.Text;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Tests.Compression;

public sealed class ScoreMixtureTests
{
    private static readonly ModelTokenizer Counter = ModelTokenizer.ForModel("gpt-4o");
    private static readonly MixtureWeights Words = new([1, .. SentenceFeatures.Names.Skip(1).Select(_ => 0d)], 0);
    private static readonly ScoreMixture WithPruner = new(Words with { Pruner = 5 }, Words);

    [Fact]
    public void Default_IsTheEmbeddedFile_WithWeights()
    {
        Assert.Contains(ScoreMixture.Default.Prose.Features, w => w != 0);
        Assert.NotEqual(ScoreMixture.Default.Prose.Features, ScoreMixture.Default.Transcript.Features);
    }

    [Fact]
    public void Write_ThenRead_IsTheSame()
    {
        var file = File() with { Provenance = new(new Dictionary<string, string> { ["a"] = "b" }, "by hand", new Dictionary<string, double> { ["x"] = .5 }) };
        using var stream = new MemoryStream();
        MixtureFile.Write(stream, file);
        stream.Position = 0;
        var read = MixtureFile.Read(stream);
        Assert.Equal(file.Prose.Features, read.Prose.Features);
        Assert.Equal(file.Transcript.Pruner, read.Transcript.Pruner);
        Assert.Equal("by hand", read.Provenance.Method);
    }

    [Fact]
    public void Read_OtherVersion_IsRefused() => AssertRefused(File() with { Version = 1 }, "version");

    [Fact]
    public void Read_OtherFeatures_IsRefused() => AssertRefused(File() with { Features = ["bm25"] }, "features");

    [Fact]
    public void Read_WrongNumberOfWeights_IsRefused() => AssertRefused(File() with { Transcript = new([1, 2], 0) }, "transcript");

    [Fact]
    public void Read_NoJson_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => MixtureFile.Read(new MemoryStream(Encoding.UTF8.GetBytes("{\"version\":"))));

    [Fact]
    public void Complete_PrunerWeightedAndGiven_FollowsIt()
    {
        var compressor = new PromptCompressor(WithPruner);
        var plan = Plan(compressor);
        Assert.True(plan.NeedsPruner);
        var wanted = plan.Sentences.ToList().FindIndex(s => s.StartsWith("Minors need", StringComparison.Ordinal));
        var logits = new float[plan.Sentences.Count];
        logits[wanted] = 9;
        var result = PromptCompressor.Complete(plan, logits);
        Assert.True(result.PrunerUsed);
        Assert.Contains("Minors need", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Minors need", PromptCompressor.Complete(plan, null).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Complete_LogitThatIsNoNumber_IsIgnoredWithTheRest(float broken)
    {
        var compressor = new PromptCompressor(WithPruner);
        var plan = Plan(compressor);
        var logits = new float[plan.Sentences.Count];
        logits[3] = broken;
        var result = PromptCompressor.Complete(plan, logits);
        Assert.False(result.PrunerUsed);
        Assert.Equal(PromptCompressor.Complete(plan, null).Text, result.Text);
    }

    [Fact]
    public void Complete_WrongNumberOfLogits_Throws()
    {
        var compressor = new PromptCompressor(WithPruner);
        Assert.Throws<ArgumentException>(() => PromptCompressor.Complete(Plan(compressor), [1f]));
    }

    [Fact]
    public void Prepare_PrunerWithoutWeight_IsNotAskedFor()
    {
        var plan = Plan(new PromptCompressor(new ScoreMixture(Words, Words)));
        Assert.False(plan.NeedsPruner);
        Assert.Empty(plan.Sentences);
    }

    private static CompressionPlan Plan(PromptCompressor compressor) =>
        compressor.Prepare("How long does a refund to a debit card take?", Prompts.Handbook, new CompressionSettings(.25), Counter);

    private static MixtureFile File() => new(
        MixtureFile.CurrentVersion, SentenceFeatures.Names, Words, Words, new(new Dictionary<string, string>(), "", new Dictionary<string, double>()));

    private static void AssertRefused(MixtureFile file, string named)
    {
        using var stream = new MemoryStream();
        MixtureFile.Write(stream, file);
        stream.Position = 0;
        Assert.Contains(named, Assert.Throws<InvalidDataException>(() => MixtureFile.Read(stream)).Message, StringComparison.Ordinal);
    }
}
