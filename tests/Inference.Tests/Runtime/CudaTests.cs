using System.Numerics.Tensors;
using Microsoft.Extensions.Logging;
using OrleansLlm.Core;

namespace OrleansLlm.Inference.Tests.Runtime;

/// <summary>The engine on a GPU; on the machines without one every test says that it was skipped.</summary>
public sealed class CudaTests
{
    private const int Texts = 200;

    [Fact]
    public async Task Start_Cuda_ModelsWithAFileForItRunThereAndNothingIsWarnedOf()
    {
        CudaMachine.Require();
        using var log = new RecordingLoggerFactory();
        await using var engine = InferenceEngine.Start(Options(), TimeProvider.System, log);
        Assert.DoesNotContain(log.Messages, m => m.Level >= LogLevel.Warning);
        Assert.Equal(["embedder", "verifier", "compressor"], engine.AcceleratedLanes);
    }

    [Fact]
    public async Task RunAsync_ManyAtOnce_EachIsAnsweredAsTheProcessorAnswersIt()
    {
        CudaMachine.Require();
        await using var engine = TestModels.Start(Options());
        var rows = TestModels.Reference("embedder").Take(Texts).Select(row => row.Text("text")).ToArray();
        var pairs = TestModels.Reference("verifier").Take(Texts).Select(row => new TextPair(row.Text("a"), row.Text("b"))).ToArray();
        var embedding = Task.WhenAll(rows.Select(text => engine.Embedder.RunAsync(text, Deadline.Never).AsTask()));
        var verifying = Task.WhenAll(pairs.Select(pair => engine.Verifier.RunAsync(pair, Deadline.Never).AsTask()));
        var embeddings = await embedding;
        var logits = await verifying;

        using var embedder = new EmbeddingModel(TestModels.LoadOnnx("embedder", ModelManifest.GpuVariant), TestModels.Tokenizer, 256, 1);
        using var verifier = new PairVerifier(TestModels.LoadOnnx("verifier", ModelManifest.GpuVariant), TestModels.Tokenizer, 128, 1);
        var cosines = rows.Select((text, i) => TensorPrimitives.CosineSimilarity(Run(embedder, text), embeddings[i].Value!)).ToArray();
        var differences = pairs.Select((pair, i) => Math.Abs(TestModels.Sigmoid(Run(verifier, pair)) - TestModels.Sigmoid(logits[i].Value))).ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine($"worst cosine {cosines.Min():F6}, worst probability {differences.Max():F6}");
        // The processor multiplies the same weights with activations of eight bits (MatMulNBits), the GPU with floats.
        Assert.InRange(cosines.Min(), 0.998f, 1.0001f);
        Assert.InRange(differences.Max(), 0, 0.03);
    }

    private static InferenceOptions Options() => new()
    {
        ModelsDirectory = TestModels.Directory,
        Accelerator = Accelerator.Cuda,
        Compressor = "compressor",
        QueueCapacity = 2 * Texts,
    };

    private static TOut Run<TIn, TOut>(ILaneModel<TIn, TOut> model, TIn input)
    {
        var outputs = new TOut[1];
        model.Run([input], outputs);
        return outputs[0];
    }
}
