using System.Numerics.Tensors;

namespace OrleansLlm.Inference.Tests.Models;

/// <summary>The GPU's path, there and on the CPU: the weight-only models give an item the same result alone and in a padded batch.</summary>
public sealed class BatchTests
{
    private const double Tolerance = 1e-3;

    [Theory]
    [InlineData(Accelerator.Cpu)]
    [InlineData(Accelerator.Cuda)]
    public void Embedder_PaddedBatch_EqualsOneByOne(Accelerator accelerator)
    {
        using var model = new EmbeddingModel(TestModels.LoadOnnx("embedder", ModelManifest.GpuVariant, accelerator: accelerator), TestModels.Tokenizer, 256, 32);
        var texts = TestModels.Reference("embedder").Select(row => row.Text("text")).Take(48).ToArray();
        var batch = Run(model, texts);
        for (var i = 0; i < texts.Length; i++)
            Assert.InRange(TensorPrimitives.Distance<float>(Run(model, [texts[i]])[0], batch[i]), 0, Tolerance);
    }

    [Theory]
    [InlineData(Accelerator.Cpu)]
    [InlineData(Accelerator.Cuda)]
    public void Verifier_PaddedBatch_EqualsOneByOne(Accelerator accelerator)
    {
        using var model = new PairVerifier(TestModels.LoadOnnx("verifier", ModelManifest.GpuVariant, accelerator: accelerator), TestModels.Tokenizer, 128, 32);
        var pairs = TestModels.Reference("verifier").Select(row => new TextPair(row.Text("a"), row.Text("b"))).TakeLast(40).ToArray();
        var batch = Run(model, pairs);
        for (var i = 0; i < pairs.Length; i++)
            Assert.Equal(Run(model, [pairs[i]])[0], batch[i], Tolerance);
    }

    [Theory]
    [InlineData(Accelerator.Cpu)]
    [InlineData(Accelerator.Cuda)]
    public void Compressor_PaddedBatch_EqualsOneByOne(Accelerator accelerator)
    {
        using var model = new CompressorModel(TestModels.LoadOnnx("compressor", ModelManifest.GpuVariant, accelerator: accelerator), 32);
        var requests = TestModels.Reference("compressor").Take(24)
            .Select(row => new PruneRequest(row.Text("question"), [.. row.GetProperty("sentences").EnumerateArray().Select(s => s.GetString()!)], WithWords: true));
        var plans = new PrunePlan[24];
        new PrunePlanner(TestModels.Tokenizer, 256).Run([.. requests], plans);
        var windows = plans.SelectMany(plan => plan.Windows).ToArray();
        var batch = Run(model, windows);
        for (var i = 0; i < windows.Length; i++)
        {
            var alone = Run(model, [windows[i]])[0];
            for (var part = 0; part < alone.LogitSums.Length; part++)
            {
                Assert.Equal(alone.LogitSums[part] / windows[i].Parts[part].Count, batch[i].LogitSums[part] / windows[i].Parts[part].Count, Tolerance);
                Assert.All(alone.Words![part].Zip(batch[i].Words![part]), pair => Assert.Equal(pair.First.Logit, pair.Second.Logit, Tolerance));
            }
        }
    }

    [Fact]
    public void Router_Batch_EqualsOneByOne()
    {
        using var model = new RouterModel(TestModels.LoadOnnx("router", ModelManifest.CpuVariant), 32);
        var inputs = TestModels.Reference("router").Take(20).Select((row, i) => new RouterInput(Unit(i), row.Floats("features"))).ToArray();
        var batch = Run(model, inputs);
        for (var i = 0; i < inputs.Length; i++)
            Assert.Equal(Run(model, [inputs[i]])[0].ComplexLogit, batch[i].ComplexLogit, Tolerance);

        static float[] Unit(int index)
        {
            var vector = new float[EmbeddingModel.Dimensions];
            vector[index] = 1;
            return vector;
        }
    }

    private static TOut[] Run<TIn, TOut>(ILaneModel<TIn, TOut> model, TIn[] inputs)
    {
        var outputs = new TOut[inputs.Length];
        model.Run(inputs, outputs);
        return outputs;
    }
}
