namespace OrleansLlm.Bench.Caching;

/// <summary>Ours without risk control: the candidate of the highest accept probability is served from one threshold on.</summary>
internal sealed class VerifiedCache(QuestionStream stream, double threshold) : StreamCache(stream)
{
    protected override QuestionStream.Edge? Serve(int question, QuestionStream.Edge[] candidates)
    {
        if (candidates.Length == 0)
            return null;
        var best = candidates.MaxBy(c => c.Probability);
        return best.Probability >= threshold ? best : null;
    }
}
