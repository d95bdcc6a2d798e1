namespace OrleansLlm.Core.Caching;

/// <summary>The acceptance file: a logistic model over <see cref="PairFeatures"/>, and where it comes from.</summary>
public sealed record AcceptanceModel
{
    /// <summary>The layout that this build reads.</summary>
    public const int CurrentVersion = 1;

    public required int Version { get; init; }

    /// <summary>Names of the features, in the order of the arrays below; must equal <see cref="PairFeatures.Names"/>.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>Mean of each feature where the model was fitted.</summary>
    public required IReadOnlyList<double> Mean { get; init; }

    /// <summary>Standard deviation of each feature there; above 0.</summary>
    public required IReadOnlyList<double> Scale { get; init; }

    /// <summary>Weights of the standardised features.</summary>
    public required IReadOnlyList<double> Weights { get; init; }

    public required double Bias { get; init; }

    /// <summary>Accept probability from which an answer is served, in (0,1).</summary>
    public required double Threshold { get; init; }

    public required AcceptanceProvenance Provenance { get; init; }
}
