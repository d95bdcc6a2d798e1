using System.Security.Cryptography;
using System.Text.Json;

namespace OrleansLlm.Core.Compression;

/// <summary>The mixture file, embedded in this assembly and written by the bench suite <c>compress-fit</c>.</summary>
/// <param name="Version">The layout, and what is done with the weighted sum; this build reads <see cref="CurrentVersion"/>.</param>
/// <param name="Features">Names of the features in the order of the weights; must equal <see cref="SentenceFeatures.Names"/>.</param>
/// <param name="Prose">Weights for documents.</param>
/// <param name="Transcript">Weights for conversations.</param>
/// <param name="Provenance">What they were fitted on, and how.</param>
internal sealed record MixtureFile(
    int Version, IReadOnlyList<string> Features, MixtureWeights Prose, MixtureWeights Transcript, MixtureProvenance Provenance)
{
    public const int CurrentVersion = 2;

    private const string Resource = "OrleansLlm.Core.Compression.mixture.json";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>SHA-256 of the shipped file, lower-case hexadecimal.</summary>
    public static string ShippedHash { get; } = HashShipped();

    public static ScoreMixture ReadShipped()
    {
        using var stream = OpenShipped();
        var file = Read(stream);
        return new ScoreMixture(file.Prose, file.Transcript);
    }

    /// <exception cref="InvalidDataException">It is no mixture file of this version and these features.</exception>
    public static MixtureFile Read(Stream stream)
    {
        MixtureFile? file;
        try
        {
            file = JsonSerializer.Deserialize<MixtureFile>(stream, Options);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("the mixture file cannot be read: " + e.Message, e);
        }

        if (file is not { Version: CurrentVersion })
            throw new InvalidDataException($"the mixture file has version {file?.Version}; this build reads {CurrentVersion}");
        if (!file.Features.SequenceEqual(SentenceFeatures.Names))
            throw new InvalidDataException("features: the mixture file was fitted on other features than this build computes; run compress-fit");
        foreach (var weights in new[] { file.Prose, file.Transcript })
        {
            if (weights.Features.Count != file.Features.Count || !weights.Features.All(double.IsFinite) || !double.IsFinite(weights.Pruner))
                throw new InvalidDataException($"prose and transcript: each needs {file.Features.Count} finite feature weights and a finite pruner weight");
        }

        return file;
    }

    public static void Write(Stream stream, MixtureFile file) => JsonSerializer.Serialize(stream, file, Options);

    private static string HashShipped()
    {
        using var stream = OpenShipped();
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static Stream OpenShipped() => typeof(MixtureFile).Assembly.GetManifestResourceStream(Resource)
        ?? throw new InvalidDataException($"{Resource} is not in the assembly");
}
