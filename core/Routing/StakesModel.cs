namespace OrleansLlm.Core.Routing;

/// <summary>What <c>stakes.json</c> holds: a head for each kind of question whose wrong answer is costly, and what they were fitted on.</summary>
public sealed record StakesModel
{
    public const int CurrentVersion = 1;

    public required int Version { get; init; }

    /// <summary>Names the space of the embeddings that it was fitted on.</summary>
    public required string Embedder { get; init; }

    /// <summary>How it was fitted, in a sentence.</summary>
    public required string Method { get; init; }

    /// <summary>The files that it was fitted on.</summary>
    public required IReadOnlyList<StakesData> Data { get; init; }

    /// <summary>One for each of <see cref="StakesClassifier.Kinds"/>.</summary>
    public required IReadOnlyList<StakesHead> Heads { get; init; }
}

/// <summary>The head of one kind.</summary>
/// <param name="Kind">What a question that it finds is routed up for.</param>
/// <param name="Threshold">Probability from which on a question is of the kind, in (0,1).</param>
/// <param name="Bias">Added to the weighted sum.</param>
/// <param name="Weights">One per embedding dimension, then one per surface feature, not standardised.</param>
public sealed record StakesHead(RouteReason Kind, double Threshold, double Bias, IReadOnlyList<float> Weights);

/// <summary>A file that was fitted on.</summary>
/// <param name="Name">Without its folder.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="Rows">Rows of it that were used.</param>
public sealed record StakesData(string Name, string Sha256, int Rows);
