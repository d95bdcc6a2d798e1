using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansLlm.Core.Routing;

/// <summary>
/// Finds questions that are not for a cheaper tier however simple they look: short ones that ask for a calculation, and those whose wrong answer does harm.
/// P(simple) tells types of text and takes both for look-ups. Immutable and safe for concurrent use.
/// </summary>
public sealed class StakesClassifier
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<RouteReason>() },
    };

    /// <summary>All kinds that there are.</summary>
    public static IReadOnlyList<RouteReason> Kinds { get; } = [RouteReason.Calculation, RouteReason.HighStakes];

    private readonly (RouteReason Kind, float[] Weights, double Bias)[] _heads;

    /// <summary>Takes a model as it is.</summary>
    /// <exception cref="InvalidDataException">The model is not one that this build can use; the message says why.</exception>
    public StakesClassifier(StakesModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Problem(model) is { } problem)
            throw new InvalidDataException("the stakes model cannot be used: " + problem);
        Model = model;
        // The threshold folded into the bias once: what is at it or above is not negative.
        _heads = [.. model.Heads.Select(static h => (h.Kind, h.Weights.ToArray(), h.Bias - Math.Log(h.Threshold / (1 - h.Threshold))))];
    }

    /// <summary>The model with what it was fitted on.</summary>
    public StakesModel Model { get; }

    /// <summary>Reads a stakes file.</summary>
    /// <exception cref="InvalidDataException">Not one, or of another version; the message says which.</exception>
    public static StakesClassifier Read(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            return new StakesClassifier(JsonSerializer.Deserialize<StakesModel>(utf8Json, Json) ?? throw new InvalidDataException("the stakes model is empty"));
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("the stakes model is not in the expected form: " + error.Message, error);
        }
    }

    /// <summary>The model as a file.</summary>
    public static byte[] Write(StakesModel model) => JsonSerializer.SerializeToUtf8Bytes(model, Json);

    /// <summary>The kind of costly question that this is, the surest where it is of both; null for an ordinary one.</summary>
    /// <param name="embedding">The question's embedding.</param>
    /// <param name="features">Its <see cref="SurfaceFeatures"/>.</param>
    /// <param name="among">The kinds that are looked for.</param>
    /// <exception cref="ArgumentException">The lengths are not those that the heads were fitted on.</exception>
    public RouteReason? KindOf(ReadOnlySpan<float> embedding, ReadOnlySpan<float> features, IReadOnlyList<RouteReason> among)
    {
        ArgumentNullException.ThrowIfNull(among);
        (RouteReason? kind, var most) = (null, 0.0);
        foreach (var (of, weights, bias) in _heads)
        {
            if (!among.Contains(of))
                continue;
            var beyond = LogisticHead.Logit(weights, bias, embedding, features);
            if (beyond >= most || double.IsNaN(beyond))
                (kind, most) = (of, beyond);
        }

        return kind;
    }

    private static string? Problem(StakesModel model)
    {
        if (model.Version != StakesModel.CurrentVersion)
            return $"it has version {model.Version}; this build reads version {StakesModel.CurrentVersion}";
        // A list's elements are not held to their annotation.
        if (model.Heads.Any(static h => h is null))
            return "one of its heads is null";
        if (!Kinds.Order().SequenceEqual(model.Heads.Select(static h => h.Kind).Order()))
            return $"it must have one head for each of {string.Join(" and ", Kinds)}";
        foreach (var head in model.Heads)
        {
            if (head.Threshold is not (> 0 and < 1))
                return $"the threshold of {head.Kind} is {head.Threshold}; it must lie between 0 and 1";
            if (LogisticHead.Problem(head.Weights, head.Bias) is { } problem)
                return $"{head.Kind}: {problem}";
        }

        return model.Heads.Select(static h => h.Weights.Count).Distinct().Count() == 1 ? null : "its heads take embeddings of different lengths";
    }
}
