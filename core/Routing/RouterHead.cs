using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansLlm.Core.Routing;

/// <summary>
/// A router of one's own: a logistic model over the question's embedding and <see cref="SurfaceFeatures"/>, fitted to labels by
/// <see cref="LogisticHeadFit"/>. Takes the place of the shipped head for a tenant. Immutable.
/// </summary>
public sealed record RouterHead
{
    public const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private float[]? _weights;

    public required int Version { get; init; }

    /// <summary>Names the space of the embeddings it was fitted on.</summary>
    public required string Embedder { get; init; }

    /// <summary>One weight per embedding dimension, then one per surface feature; features are not standardised any more.</summary>
    public required IReadOnlyList<float> Weights { get; init; }

    /// <summary>Added to the weighted sum.</summary>
    public required double Bias { get; init; }

    /// <summary>Name of the labelled file, without its folder.</summary>
    public required string Data { get; init; }

    /// <summary>SHA-256 of the labelled file, lower-case hexadecimal.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>Questions that it was fitted on.</summary>
    public required int FittedRows { get; init; }

    /// <summary>The day it was made, UTC.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>Reads a head.</summary>
    /// <exception cref="InvalidDataException">Not a head, or of another version; the message says which.</exception>
    public static RouterHead Read(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            var head = JsonSerializer.Deserialize<RouterHead>(utf8Json, Json) ?? throw new InvalidDataException("the router head is empty");
            if (head.Version != CurrentVersion)
                throw new InvalidDataException($"the router head has version {head.Version}, this build reads {CurrentVersion}: fit it again");
            if (LogisticHead.Problem(head.Weights, head.Bias) is { } problem)
                throw new InvalidDataException("the router head's " + problem);
            return head;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("the router head is not in the expected form: " + error.Message, error);
        }
    }

    /// <summary>The head as a file.</summary>
    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Names the head's scores for a certificate, by its content.</summary>
    public string ModelId() => $"head+{Convert.ToHexStringLower(SHA256.HashData(ToUtf8Json()))[..12]}/{Embedder}";

    /// <summary>The logit that a weak model is enough.</summary>
    /// <param name="embedding">As long as the weights less the features.</param>
    /// <param name="features">The text's <see cref="SurfaceFeatures"/>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public double SimpleLogit(ReadOnlySpan<float> embedding, ReadOnlySpan<float> features) =>
        LogisticHead.Logit(_weights ??= [.. Weights], Bias, embedding, features);
}
