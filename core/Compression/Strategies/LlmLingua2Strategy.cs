namespace OrleansLlm.Core.Compression.Strategies;

/// <summary>Words by a token classifier, whatever is asked (LLMLingua-2, arXiv 2403.12968). Without its scores nothing goes.</summary>
internal sealed class LlmLingua2Strategy : ICompressionStrategy
{
    public bool NeedsQuestion => false;

    public bool ScoresWords => true;

    public IUnitScores Score(string context, ContextUnit[] units, int[] live, QuestionTerms question) => new ClassifierScores();

    private sealed class ClassifierScores : IUnitScores
    {
        public bool IsFlat => false;

        public bool WantsPruner => true;

        public double[] Combine(IReadOnlyList<float>? logits) => [.. logits!.Select(logit => (double)logit)];
    }
}
