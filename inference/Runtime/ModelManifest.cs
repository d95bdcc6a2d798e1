using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansLlm.Inference;

/// <summary>What a model's <c>manifest.json</c> says of it.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Version">Its release.</param>
/// <param name="Files">The files by variant: <c>cpu</c> (dynamic int8), <c>gpu</c> (weight-only int8, batch-independent).</param>
/// <param name="Tokenizer">Null where the model takes no text.</param>
/// <param name="Input">What a router reads: the embedding with the surface features, which is the default, or <see cref="TextInput"/>.</param>
/// <param name="Inputs">The graph's inputs, for a model that goes by them.</param>
/// <param name="Outputs">Its outputs, likewise, in the order in which they are read.</param>
internal sealed record ModelManifest(
    string Name, string Version, IReadOnlyDictionary<string, ModelFile> Files, TokenizerFile? Tokenizer = null, string? Input = null,
    IReadOnlyList<ModelTensor>? Inputs = null, IReadOnlyList<ModelTensor>? Outputs = null)
{
    /// <summary>The value of <see cref="Input"/> of a router that reads the text itself.</summary>
    public const string TextInput = "text";

    public const string FileName = "manifest.json";

    public const string CpuVariant = "cpu";

    public const string GpuVariant = "gpu";

    /// <summary>Whether the graph takes token types beside ids and mask.</summary>
    [JsonIgnore]
    public bool TakesTokenTypes => Inputs?.Any(i => i.Name == TokenBatch.PairInputs[^1]) ?? false;

    /// <summary>Names the space of the model's outputs: the same for its variants, which hold the same weights.</summary>
    public string Identity => CpuSha256 is { } hash ? $"{Name}@{Version}+{hash[..Math.Min(12, hash.Length)]}" : $"{Name}@{Version}";

    /// <summary>Hash of the CPU variant's file, whichever variant runs; null where there is none.</summary>
    [JsonIgnore]
    public string? CpuSha256 => Files.TryGetValue(CpuVariant, out var file) ? file.Sha256 : null;

    /// <exception cref="ModelRefusedException">The manifest is missing or cannot be read; the message names the file.</exception>
    public static ModelManifest Read(string modelDirectory)
    {
        var path = Path.Combine(modelDirectory, FileName);
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, ModelManifestJson.Default.ModelManifest)
                ?? throw new ModelRefusedException($"{path} is empty");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelRefusedException($"{path} cannot be read: {exception.Message}", exception);
        }
        catch (JsonException exception)
        {
            throw new ModelRefusedException($"{path} is not a model manifest: {exception.Message}", exception);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ModelManifest))]
internal sealed partial class ModelManifestJson : JsonSerializerContext;
