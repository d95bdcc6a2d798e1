using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLlm.Core;

namespace OrleansLlm.Inference.Tests.Runtime;

public sealed class InferenceEngineTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansllm-models-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Start_RepositoryModels_AllLoaded()
    {
        await using var engine = TestModels.Start();
        Assert.All(engine.Models, model => Assert.True(model.Loaded, model.Problem));
        Assert.Equal(["embedder", "verifier", "router", "compressor-fast"], engine.Models.Select(model => model.Name));
        Assert.All(engine.Models, model => Assert.Equal("CPU", model.ExecutionProvider));
        Assert.Equal("embedder@2026.11+8fd97fae6108", engine.EmbeddingModelId);
    }

    [Fact]
    public async Task Start_ModelFileDiffers_LaneIsUnavailableAndTheProblemNamesTheFile()
    {
        CopyModels();
        var file = Path.Combine(_directory, "verifier", "model.int8.onnx");
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);

        await using var engine = TestModels.Start(TestModels.Options(_directory));
        Assert.Equal(LaneOutcome.Unavailable, (await engine.Verifier.RunAsync(new TextPair("a", "b"), Deadline.Never)).Outcome);
        Assert.False(engine.Verifier.IsAvailable);
        AssertProblem(engine, "verifier", file, "SHA-256");
        Assert.Equal(LaneOutcome.Completed, (await engine.Embedder.RunAsync("a", Deadline.Never)).Outcome);
    }

    [Fact]
    public async Task Start_ModelFileMissing_LaneIsUnavailableAndTheProblemNamesTheFile()
    {
        CopyModels();
        var file = Path.Combine(_directory, "embedder", "model.int8.onnx");
        File.Delete(file);
        await using var engine = TestModels.Start(TestModels.Options(_directory));
        Assert.Equal(LaneOutcome.Unavailable, (await engine.Embedder.RunAsync("a", Deadline.Never)).Outcome);
        AssertProblem(engine, "embedder", file);
    }

    [Fact]
    public async Task Start_VocabularyDiffers_RefusesTheModelsThatReadText()
    {
        CopyModels();
        var file = Path.Combine(_directory, "vocab.txt");
        await File.AppendAllTextAsync(file, "extra\n", TestContext.Current.CancellationToken);
        await using var engine = TestModels.Start(TestModels.Options(_directory));
        AssertProblem(engine, "embedder", file, "SHA-256");
        AssertProblem(engine, "compressor-fast", file, "SHA-256");
        Assert.True(engine.Router.IsAvailable);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"name":"router","version":"1"}""")]
    [InlineData("""{"name":"router","version":"1","files":{}}""")]
    public async Task Start_ManifestUnreadable_ProblemNamesIt(string manifest)
    {
        CopyModels();
        var file = Path.Combine(_directory, "router", "manifest.json");
        await File.WriteAllTextAsync(file, manifest, TestContext.Current.CancellationToken);
        await using var engine = TestModels.Start(TestModels.Options(_directory));
        AssertProblem(engine, "router", file);
    }

    [Fact]
    public async Task Start_NoModelsAtAll_EveryLaneAnswersUnavailable()
    {
        var options = TestModels.Options(Path.Combine(_directory, "nowhere"));
        options.Compressor = "compressor";
        await using var engine = TestModels.Start(options);
        Assert.All(engine.Models, model => Assert.Contains("nowhere", model.Problem, StringComparison.Ordinal));
        Assert.Equal("none", engine.EmbeddingModelId);
        Assert.Equal(LaneOutcome.Unavailable, (await engine.Embedder.RunAsync("a", Deadline.Never)).Outcome);
        Assert.Equal(LaneOutcome.Unavailable, (await engine.Router.RunAsync(new RouterInput([], []), Deadline.Never)).Outcome);
        Assert.Equal(LaneOutcome.Unavailable, (await engine.Compressor.RunAsync(new PruneRequest("a", ["b"]), Deadline.Never)).Outcome);
    }

    [Fact]
    public async Task Start_GraphOfAnotherModel_IsRefusedByTheTrial()
    {
        CopyModels();
        foreach (var name in new[] { "manifest.json", "model.int8.onnx" })
            File.Copy(Path.Combine(_directory, "embedder", name), Path.Combine(_directory, "verifier", name), overwrite: true);
        await using var engine = TestModels.Start(TestModels.Options(_directory));
        Assert.False(engine.Verifier.IsAvailable);
        Assert.NotNull(engine.Models.Single(model => model.Name == "verifier").Problem);
    }

    [Fact]
    public async Task Start_CudaAskedButNotLoadable_ServesOnTheCpuWithOneWarning()
    {
        if (Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"))
            Assert.Skip("this build carries the CUDA provider");
        var options = TestModels.Options();
        options.Accelerator = Accelerator.Cuda;
        using var log = new RecordingLoggerFactory();
        await using var engine = InferenceEngine.Start(options, TimeProvider.System, log);
        Assert.All(engine.Models, model => Assert.Equal((true, "CPU"), (model.Loaded, model.ExecutionProvider)));
        Assert.Contains("Cuda", Assert.Single(log.Messages, m => m.Level == LogLevel.Warning).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Router_WrongShape_FaultsAndServesOn()
    {
        await using var engine = InferenceEngine.Start(TestModels.Options(), TimeProvider.System, NullLoggerFactory.Instance);
        Assert.Equal(LaneOutcome.Faulted, (await engine.Router.RunAsync(new RouterInput(new float[3], new float[12]), Deadline.Never)).Outcome);
        Assert.Equal(LaneOutcome.Completed, (await engine.Router.RunAsync(new RouterInput(new float[384], new float[12]), Deadline.Never)).Outcome);
    }

    private void CopyModels()
    {
        foreach (var source in Directory.EnumerateFiles(TestModels.Directory, "*", SearchOption.AllDirectories))
        {
            if (source.EndsWith(".gz", StringComparison.Ordinal) || source.EndsWith("w8.onnx", StringComparison.Ordinal))
                continue;
            var target = Path.Combine(_directory, Path.GetRelativePath(TestModels.Directory, source));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
            File.SetAttributes(target, FileAttributes.Normal);
        }
    }

    private static void AssertProblem(InferenceEngine engine, string model, params string[] words)
    {
        var status = engine.Models.Single(status => status.Name == model);
        Assert.False(status.Loaded);
        Assert.All(words, word => Assert.Contains(word, status.Problem, StringComparison.Ordinal));
    }
}
