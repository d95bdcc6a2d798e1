namespace OrleansLlm.Core.Compression;

/// <summary>Weights of the scores that decide which sentences stay; conversations have their own, since their evidence lies in long spans.</summary>
/// <param name="Prose">For documents.</param>
/// <param name="Transcript">For conversations (<see cref="Compression.Transcript"/>).</param>
internal sealed record ScoreMixture(MixtureWeights Prose, MixtureWeights Transcript)
{
    /// <summary>The fitted weights that ship with this build (mixture.json).</summary>
    public static ScoreMixture Default { get; } = MixtureFile.ReadShipped();

    public MixtureWeights For(SentenceFeatures features) => features.IsTranscript ? Transcript : Prose;

    /// <summary>
    /// The weighted sum of the standardised scores, for documents with what covers the question between them raised, and in an order that does not
    /// fall under the plain ranking's;
    /// <paramref name="logits"/> may be null or must have one value a sentence.
    /// </summary>
    public double[] Combine(SentenceFeatures features, IReadOnlyList<float>? logits)
    {
        var weights = For(features);
        var mixed = new double[features.Count];
        for (var feature = 0; feature < weights.Features.Count; feature++)
        {
            if (weights.Features[feature] != 0)
                AddTo(mixed, features.Column(feature), weights.Features[feature]);
        }

        if (weights.Pruner != 0 && logits is not null)
            AddTo(mixed, SentenceFeatures.Standardise([.. logits.Select(logit => (double)logit)]), weights.Pruner);
        // In conversations the plain ranking keeps a third of what the mixture does, and has nothing to say.
        return features.IsTranscript ? mixed : RankFloor.Raise(features.Coverage.Raise(mixed), features.Plain, features.Words);
    }

    private static void AddTo(double[] sum, ReadOnlySpan<double> part, double weight)
    {
        for (var i = 0; i < sum.Length; i++)
            sum[i] += weight * part[i];
    }
}
