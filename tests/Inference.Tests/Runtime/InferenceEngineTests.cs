using System.Text.Json.Nodes;
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
        Assert.SkipWhen(CudaMachine.Fallback is null, "CUDA can be loaded here");
        var options = TestModels.Options();
        options.Accelerator = Accelerator.Cuda;
        using var log = new RecordingLoggerFactory();
        await using var engine = InferenceEngine.Start(options, TimeProvider.System, log);
        Assert.All(engine.Models, model => Assert.Equal((true, "CPU"), (model.Loaded, model.ExecutionProvider)));
        var warning = Assert.Single(log.Messages, m => m.Level == LogLevel.Warning).Text;
        Assert.Contains("Cuda", warning, StringComparison.Ordinal);
        // The router and the fast compressor have no file for a GPU, so they fall back from nothing.
        Assert.Equal(["embedder", "verifier"], engine.Models.Where(m => m.Fallback is { } why && warning.EndsWith(why, StringComparison.Ordinal)).Select(m => m.Name));
        Assert.All(engine.Models.Skip(2), m => Assert.Null(m.Fallback));
    }

    [Fact]
    public async Task Start_AnyModel_IsTriedOutOnAThreadOfItsOwn()
    {
        using var log = new RecordingLoggerFactory();
        await using var engine = InferenceEngine.Start(TestModels.Options(), TimeProvider.System, log);
        Assert.Equal([false, false, false, false], log.Messages.Where(m => m.Text.Contains("is loaded on", StringComparison.Ordinal)).Select(m => m.OnPool));
    }

    /// <summary>What is named after a model (partitions, certificates, policies) is the same whether a layer asks it or not.</summary>
    [Fact]
    public async Task Start_LayersThatAreOff_LeaveTheirModelsAndKeepTheirNames()
    {
        await using var whole = TestModels.Start();
        foreach (var (layers, left) in new (LayersInUse, string[])[]
        {
            (new(Cache: false, Routing: true, Compression: true), ["verifier"]),
            (new(Cache: true, Routing: false, Compression: true), ["router"]),
            (new(Cache: true, Routing: true, Compression: false), ["compressor-fast"]),
            (new(Cache: false, Routing: false, Compression: false), ["verifier", "router", "compressor-fast"]),
        })
        {
            await using var engine = InferenceEngine.Start(TestModels.Options(), TimeProvider.System, NullLoggerFactory.Instance, layers);
            Assert.Equal(whole.Models.Select(static m => m.Name).Except(left), engine.Models.Select(static m => m.Name));
            Assert.All(engine.Models, static m => Assert.True(m.Loaded));
            Assert.Equal(
                (true, layers.Cache, layers.Routing, layers.Compression),
                (engine.Embedder.IsAvailable, engine.Verifier.IsAvailable, engine.Router.IsAvailable, engine.Compressor.IsAvailable));
            Assert.Equal((whole.EmbeddingModelId, whole.RouterModelId), (engine.EmbeddingModelId, engine.RouterModelId));
            Assert.Equal(whole.LaneModels, engine.LaneModels);
            Assert.Equal(whole.ModelSha256, engine.ModelSha256);
        }
    }

    [Fact]
    public async Task Start_LayerThatIsOffAndWhoseModelIsMissing_SaysSo()
    {
        CopyModels();
        Directory.Delete(Path.Combine(_directory, "router"), recursive: true);
        await using var engine = InferenceEngine.Start(
            TestModels.Options(_directory), TimeProvider.System, NullLoggerFactory.Instance, new LayersInUse(Cache: true, Routing: false, Compression: true));
        AssertProblem(engine, "router", "manifest.json");
    }

    [Fact]
    public void Load_CudaFailsForTheModel_LoadsItsCpuFileAndSaysWhy()
    {
        Assert.SkipWhen(CudaMachine.Fallback is null, "CUDA can be loaded here");
        using var log = new RecordingLoggerFactory();
        var loaded = new ModelLoader(TestModels.Options(), ExecutionProvider.Cuda, fallback: null, log).Load(
            "embedder", m => new EmbeddingModel(m.Onnx, m.RequiredTokenizer, m.MaxTokens, m.MaxBatch), m => m.Run(["ready?"], new float[1][]));
        using var model = loaded.Model;
        Assert.Equal((true, "CPU", 1), (loaded.Status!.Loaded, loaded.Status.ExecutionProvider, model?.MaxBatch));
        Assert.Equal(ModelManifest.Read(Path.Combine(TestModels.Directory, "embedder")).Files[ModelManifest.CpuVariant].Sha256, loaded.Status.Sha256);
        var warning = Assert.Single(log.Messages, m => m.Level == LogLevel.Warning).Text;
        Assert.Contains("embedder", warning, StringComparison.Ordinal);
        Assert.EndsWith(loaded.Status.Fallback!, warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compressor-fast", 51)]
    [InlineData("my-classifier", 2)]
    public async Task Start_CompressorWithoutRoomForASentence_IsRefused(string name, int maxTokens)
    {
        CopyModels();
        var folder = Path.Combine(_directory, name);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            foreach (var file in Directory.EnumerateFiles(Path.Combine(_directory, "compressor-fast")))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        var path = Path.Combine(folder, "manifest.json");
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
        manifest["tokenizer"]!["maxTokens"] = maxTokens;
        if (name != "compressor-fast")
            manifest["outputs"] = new JsonArray(new JsonObject { ["name"] = "word_logit" });
        await File.WriteAllTextAsync(path, manifest.ToJsonString(), TestContext.Current.CancellationToken);
        var options = TestModels.Options(_directory);
        options.TokenClassifier = name == "compressor-fast" ? null : name;
        await using var engine = TestModels.Start(options);
        AssertProblem(engine, name, "maxTokens");
    }

    [Fact]
    public async Task QueueDepths_TokenClassifier_IsAmongThem()
    {
        var options = TestModels.Options();
        await using (var plain = TestModels.Start(options))
            Assert.Equal(["embedder", "verifier", "router", "compressor"], plain.QueueDepths.Select(d => d.Key));
        options.TokenClassifier = "compressor";
        await using var engine = TestModels.Start(options);
        Assert.Equal(["embedder", "verifier", "router", "compressor", "token classifier"], engine.QueueDepths.Select(d => d.Key));
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
