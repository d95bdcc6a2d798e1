namespace OrleansLlm.Bench.Caching;

/// <summary>Ours without risk control: the candidate of the highest accept probability is served from one threshold on.</summary>
internal sealed class VerifiedCache(QuestionStream stream, double threshold) : StreamCache(stream)
{
    protected override int? Serve(int question, QuestionStream.Edge[] candidates)
    {
        var best = candidates.DefaultIfEmpty(new QuestionStream.Edge(-1, 0, -1, false)).MaxBy(c => c.Probability);
        return best.Other >= 0 && best.Probability >= threshold ? best.Other : null;
    }
}
