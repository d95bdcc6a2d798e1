namespace OrleansLlm.Core.Compression.Strategies;

/// <summary>What a strategy says of the live units of one context.</summary>
internal interface IUnitScores
{
    /// <summary>Whether nothing tells one unit from another, so that any choice would be a guess.</summary>
    bool IsFlat { get; }

    /// <summary>Whether the pruner's logits would change the scores.</summary>
    bool WantsPruner { get; }

    /// <summary>One score a unit, higher is more worth keeping.</summary>
    /// <param name="logits">The pruner's, one a unit; null where there are none.</param>
    double[] Combine(IReadOnlyList<float>? logits);
}
