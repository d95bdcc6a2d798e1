using System.Text.Json.Serialization;

namespace OrleansLlm.Core.Calibration;

/// <summary>Turns a model's logit into a probability that labels bear out. Never falls as the logit rises.</summary>
public sealed record CalibrationMap
{
    /// <summary>The logistic function alone: the model's own probability.</summary>
    public static CalibrationMap Identity { get; } = new() { Kind = CalibrationKind.Identity };

    public required CalibrationKind Kind { get; init; }

    /// <summary>Platt: P = 1 / (1 + exp(-(slope * logit + offset))); above 0.</summary>
    public double Slope { get; init; } = 1;

    /// <summary>Platt: see <see cref="Slope"/>.</summary>
    public double Offset { get; init; }

    /// <summary>Isotonic: logits in rising order, with linear interpolation between them and the outer values beyond.</summary>
    public IReadOnlyList<double> Logits { get; init; } = [];

    /// <summary>Isotonic: the probability at each of <see cref="Logits"/>, in [0,1], never falling.</summary>
    public IReadOnlyList<double> Probabilities { get; init; } = [];

    /// <summary>The probability of a logit, in [0,1]; null for a logit that is not a number.</summary>
    public double? Apply(double logit)
    {
        if (double.IsNaN(logit))
            return null;
        if (Kind != CalibrationKind.Isotonic)
            return 1 / (1 + Math.Exp(-((Slope * logit) + Offset)));
        if (logit <= Logits[0])
            return Probabilities[0];
        if (logit >= Logits[^1])
            return Probabilities[^1];
        int low = 0, high = Logits.Count - 1;
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (Logits[middle] <= logit)
                low = middle;
            else
                high = middle;
        }

        var share = (logit - Logits[low]) / (Logits[high] - Logits[low]);
        return Probabilities[low] + (share * (Probabilities[high] - Probabilities[low]));
    }

    /// <summary>What is wrong with the map; null where it can be used.</summary>
    public string? Validate()
    {
        if (!double.IsFinite(Slope) || Slope <= 0 || !double.IsFinite(Offset))
            return "the slope of the calibration must be above 0 and its offset a number";
        if (Kind != CalibrationKind.Isotonic)
            return null;
        if (Logits.Count == 0 || Logits.Count != Probabilities.Count)
            return "an isotonic calibration needs as many probabilities as logits, and at least one";
        for (var i = 0; i < Logits.Count; i++)
        {
            if (!double.IsFinite(Logits[i]) || Probabilities[i] is not (>= 0 and <= 1)
                || (i > 0 && (Logits[i] <= Logits[i - 1] || Probabilities[i] < Probabilities[i - 1])))
                return "an isotonic calibration needs rising logits and probabilities in [0,1] that never fall";
        }

        return null;
    }
}

/// <summary>How a <see cref="CalibrationMap"/> was made.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CalibrationKind>))]
public enum CalibrationKind
{
    /// <summary>Not fitted.</summary>
    Identity,

    /// <summary>Two parameters: for hundreds of labels.</summary>
    Platt,

    /// <summary>A monotone step function: for thousands.</summary>
    Isotonic,
}
