namespace OrleansLlm.Core.Caching;

/// <summary>What an acceptance model was fitted on, and how well it did on pairs that it had not seen.</summary>
public sealed record AcceptanceProvenance
{
    /// <summary>SHA-256 of the verifier's and the embedder's CPU files: another model needs another fit, and is served by none.</summary>
    public required IReadOnlyDictionary<string, string> ModelSha256 { get; init; }

    /// <summary>The data files, with SHA-256, rows used and weight.</summary>
    public required IReadOnlyList<FittedData> Data { get; init; }

    /// <summary>How the pairs were split and the threshold was chosen, in words.</summary>
    public required string Method { get; init; }

    /// <summary>Pairs that the figures below were measured on; none of them was fitted on.</summary>
    public required int HeldOutPairs { get; init; }

    /// <summary>Average precision on those.</summary>
    public required double HeldOutAveragePrecision { get; init; }

    /// <summary>Precision and recall on those at rising thresholds, guards included.</summary>
    public required IReadOnlyList<OperatingPoint> Curve { get; init; }
}
