using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansLlm.Core;
using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Inference.Tests.Models;

public sealed class TextRouterTests : IDisposable
{
    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("orleansllm-textrouter-");

    public void Dispose() => _models.Delete(recursive: true);

    [Fact]
    public async Task Load_ManifestThatReadsText_ScoresByTheTextAlone()
    {
        // The pair verifier's encoder stands in for a classifier: tokens in, one logit out.
        Install(manifest => manifest["input"] = "text");
        await using var engine = TestModels.Start(TestModels.Options(_models.FullName));
        Assert.True(engine.Models.Single(m => m.Name == "router").Loaded, engine.Models.Single(m => m.Name == "router").Problem);
        Assert.True(engine.RouterReadsText);
        foreach (var text in new[] { "What is the capital of France?", "Prove it.", string.Empty })
        {
            var scores = (await engine.Router.RunAsync(new RouterInput([], []) { Text = text }, Deadline.Never)).Value;
            Assert.Equal(Reference(text), scores.ComplexLogit, 5);
            Assert.InRange(scores.SimpleProbability, 0, 1);
        }
    }

    [Fact]
    public async Task Load_ManifestThatNamesNoOutput_IsRefused()
    {
        Install(manifest =>
        {
            manifest["input"] = "text";
            manifest.Remove("outputs");
        });
        await using var engine = TestModels.Start(TestModels.Options(_models.FullName));
        Assert.Contains("must name its outputs", engine.Models.Single(m => m.Name == "router").Problem, StringComparison.Ordinal);
        Assert.Equal(LaneOutcome.Unavailable, (await engine.Router.RunAsync(new RouterInput([], []) { Text = "x" }, Deadline.Never)).Outcome);
    }

    [Fact]
    public async Task Load_ShippedRouter_ReadsTheEmbedding()
    {
        await using var engine = TestModels.Start();
        Assert.False(engine.RouterReadsText);
    }

    private static float Reference(string text)
    {
        using var onnx = TestModels.LoadOnnx("verifier", ModelManifest.CpuVariant);
        using var tokens = new TokenBuffer();
        TestModels.Tokenizer.Encode(text, 128, tokens);
        using var batch = new TokenBatch(1, tokens.Count);
        batch.SetRow(0, tokens.Ids, tokens.Count);
        using var logit = new PooledTensor<float>(1);
        onnx.Run(TokenBatch.PairInputs, batch.PairValues, ["logit"], [logit.Value]);
        return logit.Span[0];
    }

    private void Install(Action<JsonObject> change)
    {
        File.Copy(Path.Combine(TestModels.Directory, "vocab.txt"), Path.Combine(_models.FullName, "vocab.txt"));
        var router = _models.CreateSubdirectory("router").FullName;
        var verifier = Path.Combine(TestModels.Directory, "verifier");
        foreach (var file in Directory.GetFiles(verifier, "*.onnx"))
            File.Copy(file, Path.Combine(router, Path.GetFileName(file)));
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(verifier, ModelManifest.FileName)))!.AsObject();
        manifest["name"] = "router";
        change(manifest);
        File.WriteAllText(Path.Combine(router, ModelManifest.FileName), manifest.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }
}
