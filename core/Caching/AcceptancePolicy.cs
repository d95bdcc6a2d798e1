using System.Text.Json;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Decides whether a cached answer serves a new question: a logistic model over <see cref="PairFeatures"/>, under the veto of
/// <see cref="MatchGuard"/>. Immutable and safe for concurrent use.
/// </summary>
public sealed class AcceptancePolicy
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    private readonly double[] _weights;
    private readonly double _bias;

    /// <summary>Takes a model as it is.</summary>
    /// <exception cref="InvalidDataException">The model is not one that this build can use; the message says why.</exception>
    public AcceptancePolicy(AcceptanceModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Problem(model) is { } problem)
            throw new InvalidDataException("the acceptance model cannot be used: " + problem);
        Model = model;

        // Standardisation folded into the weights once.
        _weights = [.. model.Weights.Select((w, i) => w / model.Scale[i])];
        _bias = model.Bias - model.Weights.Select((w, i) => w * model.Mean[i] / model.Scale[i]).Sum();
    }

    /// <summary>The model with its provenance.</summary>
    public AcceptanceModel Model { get; }

    /// <summary>Accept probability from which an answer is served unless a partition says otherwise, in (0,1).</summary>
    public double Threshold => Model.Threshold;

    /// <summary>Reads an acceptance file.</summary>
    /// <exception cref="InvalidDataException">Not JSON, another version, or another set of features; the message says which.</exception>
    public static AcceptancePolicy Read(Stream utf8Json)
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        try
        {
            using var document = JsonDocument.Parse(utf8Json);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("version", out var version) || !version.TryGetInt32(out var number))
                throw new InvalidDataException("the acceptance model has no number 'version'");

            // Asked first: a later layout may well lack fields that this one requires.
            if (number != AcceptanceModel.CurrentVersion)
                throw new InvalidDataException(WrongVersion(number));
            return new(document.RootElement.Deserialize<AcceptanceModel>(Json)!);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("the acceptance model is not in the expected form: " + error.Message, error);
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidDataException("the acceptance model's 'version' is not a number", error);
        }
    }

    /// <summary>Writes <paramref name="model"/> in the form that <see cref="Read"/> reads.</summary>
    public static void Write(Stream utf8Json, AcceptanceModel model) => JsonSerializer.Serialize(utf8Json, model, Json);

    /// <summary>Probability that the cached answer is right, in [0,1]; 0 where a score is not a number.</summary>
    public double Probability(in PairFeatures features)
    {
        Span<double> values = stackalloc double[PairFeatures.Names.Count];
        features.CopyTo(values);
        var logit = _bias;
        for (var i = 0; i < values.Length; i++)
            logit += _weights[i] * values[i];
        return double.IsNaN(logit) ? 0 : 1 / (1 + Math.Exp(-logit));
    }

    private static string? Problem(AcceptanceModel model)
    {
        var names = PairFeatures.Names;
        if (model.Version != AcceptanceModel.CurrentVersion)
            return WrongVersion(model.Version);
        if (!model.Features.SequenceEqual(names))
            return $"its features are [{string.Join(", ", model.Features)}]; this build computes [{string.Join(", ", names)}]";
        if (model.Weights.Count != names.Count || model.Mean.Count != names.Count || model.Scale.Count != names.Count)
            return $"'weights', 'mean' and 'scale' must have {names.Count} numbers each";
        if (!model.Weights.Concat(model.Mean).Append(model.Bias).All(double.IsFinite) || !model.Scale.All(s => double.IsFinite(s) && s > 0))
            return "'weights', 'mean' and 'bias' must be finite and 'scale' above 0";
        if (model.Threshold is not (> 0 and < 1))
            return $"'threshold' is {model.Threshold}; it must lie between 0 and 1";
        return null;
    }

    private static string WrongVersion(int version) =>
        $"the acceptance model has version {version}; this build reads version {AcceptanceModel.CurrentVersion}";
}
