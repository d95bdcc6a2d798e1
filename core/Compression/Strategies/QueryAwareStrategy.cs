namespace OrleansLlm.Core.Compression.Strategies;

/// <summary>The fitted mixture of what words say, and of the pruner's logits where they have a weight.</summary>
internal sealed class QueryAwareStrategy(ScoreMixture mixture) : ICompressionStrategy
{
    public bool NeedsQuestion => true;

    public IUnitScores Score(string context, ContextUnit[] units, int[] live, QuestionTerms question) =>
        new MixedScores(mixture, LexicalScorer.Score(context, units, live, question));

    private sealed class MixedScores(ScoreMixture mixture, SentenceFeatures features) : IUnitScores
    {
        public bool IsFlat => features.IsFlat;

        public bool WantsPruner => mixture.For(features).Pruner != 0;

        public double[] Combine(IReadOnlyList<float>? logits) => mixture.Combine(features, logits);
    }
}
