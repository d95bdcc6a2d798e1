using System.Security.Cryptography;
using System.Text.Json;
using OrleansLlm.Core;
using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Inference.Tests.Models;

public sealed class TokenClassifierTests : IDisposable
{
    private const string Name = "my-classifier";

    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "pump", "##s", "Pump", "é", "leak"];

    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("orleansllm-classifier-");

    public void Dispose() => _models.Delete(recursive: true);

    [Fact]
    public async Task RunAsync_TwoLabels_GivesTheLogOddsOfKeepingByToken()
    {
        Install(OnnxFile.Lookup([.. Vocabulary.Select((_, id) => new[] { 1f, id })]), ["logits"], lowerCase: false);
        await using var engine = Start();
        Assert.True(engine.Models.Single(m => m.Name == Name).Loaded, engine.Models.Single(m => m.Name == Name).Problem);
        var scores = (await engine.TokenClassifier.RunAsync(new PruneRequest("ignored", ["the Pumps é", "leak"], WithWords: true), Deadline.Never)).Value!;
        Assert.Equal([new(0, 3, 4), new(4, 4, 7), new(8, 1, 6), new(10, 1, 8)], scores.Words![0]);
        Assert.Equal([new(0, 4, 9)], scores.Words[1]);
    }

    [Fact]
    public async Task RunAsync_Uncased_ReadsCapitalsAsSmallLetters()
    {
        Install(OnnxFile.Lookup([.. Vocabulary.Select((_, id) => new[] { 0f, id })]), ["logits"], lowerCase: true);
        await using var engine = Start();
        var scores = (await engine.TokenClassifier.RunAsync(new PruneRequest(string.Empty, ["PUMPS"], WithWords: true), Deadline.Never)).Value!;
        Assert.Equal([new(0, 4, 6), new(4, 1, 7)], scores.Words![0]);
    }

    // The compressor's word head is a token classifier of one logit.
    [Fact]
    public async Task RunAsync_ShippedWordHead_ScoresTheTextAloneWindowByWindow()
    {
        var shipped = Path.Combine(TestModels.Directory, "compressor-fast");
        var vocabulary = File.ReadAllLines(Path.Combine(TestModels.Directory, "vocab.txt"));
        Install(File.ReadAllBytes(Path.Combine(shipped, "model.int8.onnx")), ["word_logit"], lowerCase: true, vocabulary, types: true);
        await using var engine = Start();
        var sentences = Enumerable.Range(0, 60).Select(i => $"Clause {i} of the agreement applies to every account.").ToArray();
        var scores = (await engine.TokenClassifier.RunAsync(new PruneRequest(string.Empty, sentences, WithWords: true), Deadline.Never)).Value!;
        Assert.True(scores.WindowCount > 2);
        Assert.All(scores.Words!, words => Assert.Equal(10, words.Length));
        Assert.Equal(Reference(string.Join(' ', sentences.Take(25)), 10), scores.Words![0].Select(w => w.Logit));
    }

    [Fact]
    public async Task Load_OutputOfAnotherShape_IsRefused()
    {
        Install(OnnxFile.Lookup([.. Vocabulary.Select((_, id) => new[] { 0f, id })]), ["nowhere"], lowerCase: false);
        await using var engine = Start();
        Assert.Contains("must name its output first", engine.Models.Single(m => m.Name == Name).Problem, StringComparison.Ordinal);
        Assert.Equal(LaneOutcome.Unavailable, (await engine.TokenClassifier.RunAsync(new PruneRequest(string.Empty, ["x"], WithWords: true), Deadline.Never)).Outcome);
    }

    [Fact]
    public async Task Start_NoClassifierNamed_HasNone()
    {
        await using var engine = TestModels.Start();
        Assert.False(engine.TokenClassifier.IsAvailable);
        Assert.Equal(4, engine.Models.Count);
    }

    // The first window as the planner fills it: 25 sentences of 10 tokens, since 26 do not fit between [CLS] and [SEP].
    private static float[] Reference(string text, int count)
    {
        using var onnx = TestModels.LoadOnnx("compressor-fast", ModelManifest.CpuVariant);
        using var tokens = new TokenBuffer();
        TestModels.Tokenizer.Encode(text, 256, tokens);
        using var batch = new TokenBatch(1, tokens.Count);
        batch.SetRow(0, tokens.Ids, tokens.Count);
        using var logits = new PooledTensor<float>(1, tokens.Count);
        onnx.Run(TokenBatch.PairInputs, batch.PairValues, ["word_logit"], [logits.Value]);
        return logits.Span.Slice(1, count).ToArray();
    }

    private InferenceEngine Start() =>
        TestModels.Start(new InferenceOptions { ModelsDirectory = _models.FullName, TokenClassifier = Name });

    private void Install(byte[] graph, string[] outputs, bool lowerCase, string[]? vocabulary = null, bool types = false)
    {
        var folder = _models.CreateSubdirectory(Name).FullName;
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), graph);
        var pieces = string.Concat((vocabulary ?? Vocabulary).Select(v => v + "\n"));
        File.WriteAllText(Path.Combine(folder, "vocab.txt"), pieces);
        File.WriteAllText(Path.Combine(folder, ModelManifest.FileName), JsonSerializer.Serialize(new
        {
            name = Name,
            version = "1",
            files = new { cpu = new { path = "model.onnx", sha256 = Convert.ToHexStringLower(SHA256.HashData(graph)), bytes = graph.Length } },
            inputs = (types ? TokenBatch.PairInputs : TokenBatch.SingleInputs).Select(name => new { name }),
            outputs = outputs.Select(name => new { name }),
            tokenizer = new { vocabulary = "vocab.txt", sha256 = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(pieces))), maxTokens = 256, lowerCase },
        }));
    }
}
