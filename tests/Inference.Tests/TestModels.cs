using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Inference.Tests;

/// <summary>The repository's own models and the outputs they are held to.</summary>
internal static class TestModels
{
    public static string Directory { get; } = FindDirectory();

    public static WordPieceTokenizer Tokenizer { get; } = ReadTokenizer();

    public static InferenceOptions Options(string? directory = null) => new() { ModelsDirectory = directory ?? Directory };

    public static InferenceEngine Start(InferenceOptions? options = null) =>
        InferenceEngine.Start(options ?? Options(), TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>One variant of a model, whatever its own processor; skips the test where CUDA is asked for and cannot be loaded.</summary>
    public static OnnxModel LoadOnnx(string name, string variant, bool? unsignedWeights = null, Accelerator accelerator = Accelerator.Cpu)
    {
        var provider = accelerator == Accelerator.Cpu ? ExecutionProvider.Cpu : CudaMachine.Require();
        var directory = Path.Combine(Directory, name);
        var file = ModelManifest.Read(directory).Files[variant];
        var path = Path.Combine(directory, file.Path);
        return OnnxModel.Load(VerifiedFile.Read(path, file.Sha256), path, provider, intraOpThreads: 1, unsignedWeights ?? ProcessorKernels.Saturate);
    }

    public static List<JsonElement> Reference(string name)
    {
        using var reader = new StreamReader(
            new GZipStream(File.OpenRead(Path.Combine(Directory, "reference", name + ".jsonl.gz")), CompressionMode.Decompress));
        var rows = new List<JsonElement>();
        while (reader.ReadLine() is { } line)
            rows.Add(JsonSerializer.Deserialize<JsonElement>(line));
        return rows;
    }

    public static int[] Integers(this JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(e => e.GetInt32())];

    public static float[] Floats(this JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(e => e.GetSingle())];

    public static string Text(this JsonElement row, string name) => row.GetProperty(name).GetString()!;

    public static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

    private static WordPieceTokenizer ReadTokenizer()
    {
        using var reader = new StreamReader(Path.Combine(Directory, "vocab.txt"), Encoding.UTF8);
        return new(WordPieceVocabulary.Read(reader));
    }

    private static string FindDirectory()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var models = Path.Combine(folder.FullName, "models");
            if (File.Exists(Path.Combine(models, "vocab.txt")) && System.IO.Directory.Exists(Path.Combine(models, "reference")))
                return models;
        }

        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds models/vocab.txt and models/reference");
    }
}
