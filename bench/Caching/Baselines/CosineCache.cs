namespace OrleansLlm.Bench.Caching.Baselines;

/// <summary>What most products do: the nearest stored question is served from one cosine on.</summary>
internal sealed class CosineCache(QuestionStream stream, double threshold) : StreamCache(stream)
{
    protected override QuestionStream.Edge? Serve(int question, QuestionStream.Edge[] candidates) =>
        candidates.Length > 0 && candidates[0].Cosine >= threshold ? candidates[0] : null;
}
