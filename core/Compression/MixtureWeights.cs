namespace OrleansLlm.Core.Compression;

/// <summary>One set of weights of standardised scores.</summary>
/// <param name="Features">One weight for each of <see cref="SentenceFeatures.Names"/>, in their order.</param>
/// <param name="Pruner">Weight of the pruner's sentence logits; 0 leaves the model out and saves its call.</param>
internal sealed record MixtureWeights(IReadOnlyList<double> Features, double Pruner);
