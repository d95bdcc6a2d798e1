namespace OrleansLlm.Inference.Tests.Runtime;

/// <summary>The fast int8 kernels against the slow ones that are exact on every processor.</summary>
public sealed class ProcessorKernelsTests
{
    [Fact]
    public void Embedder_EveryReferenceRow_FastKernelsGiveTheSlowOnesBits()
    {
        SkipWhereTheySaturate();
        using var fast = new EmbeddingModel(TestModels.LoadOnnx("embedder", ModelManifest.CpuVariant, unsignedWeights: false), TestModels.Tokenizer, 256, 1);
        using var slow = new EmbeddingModel(TestModels.LoadOnnx("embedder", ModelManifest.CpuVariant, unsignedWeights: true), TestModels.Tokenizer, 256, 1);
        foreach (var row in TestModels.Reference("embedder"))
            Assert.Equal(Run(slow, row.Text("text")), Run(fast, row.Text("text")));
    }

    [Fact]
    public void Verifier_EveryReferenceRow_FastKernelsGiveTheSlowOnesBits()
    {
        SkipWhereTheySaturate();
        using var fast = new PairVerifier(TestModels.LoadOnnx("verifier", ModelManifest.CpuVariant, unsignedWeights: false), TestModels.Tokenizer, 128, 1);
        using var slow = new PairVerifier(TestModels.LoadOnnx("verifier", ModelManifest.CpuVariant, unsignedWeights: true), TestModels.Tokenizer, 128, 1);
        foreach (var row in TestModels.Reference("verifier"))
            Assert.Equal(Run(slow, new TextPair(row.Text("a"), row.Text("b"))), Run(fast, new TextPair(row.Text("a"), row.Text("b"))));
    }

    [Fact]
    public void CompressorFast_Windows_FastKernelsGiveTheSlowOnesBits()
    {
        SkipWhereTheySaturate();
        using var fast = new CompressorModel(TestModels.LoadOnnx("compressor-fast", ModelManifest.CpuVariant, unsignedWeights: false), 1);
        using var slow = new CompressorModel(TestModels.LoadOnnx("compressor-fast", ModelManifest.CpuVariant, unsignedWeights: true), 1);
        var requests = TestModels.Reference("compressor").Take(12)
            .Select(row => new PruneRequest(row.Text("question"), [.. row.GetProperty("sentences").EnumerateArray().Select(s => s.GetString()!)], WithWords: true)).ToArray();
        var plans = new PrunePlan[requests.Length];
        new PrunePlanner(TestModels.Tokenizer, 256).Run(requests, plans);
        foreach (var window in plans.SelectMany(plan => plan.Windows))
            Assert.Equal(Run(slow, window).LogitSums, Run(fast, window).LogitSums);
    }

    private static void SkipWhereTheySaturate() => Assert.SkipWhen(ProcessorKernels.Saturate, "This processor's fast int8 kernels saturate, and are not used.");

    private static TOut Run<TIn, TOut>(ILaneModel<TIn, TOut> model, TIn input)
    {
        var output = new TOut[1];
        model.Run([input], output);
        return output[0];
    }
}
