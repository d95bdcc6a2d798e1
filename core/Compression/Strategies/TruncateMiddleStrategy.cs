namespace OrleansLlm.Core.Compression.Strategies;

/// <summary>Keeps the beginning and the end, whatever is asked.</summary>
internal sealed class TruncateMiddleStrategy : ICompressionStrategy
{
    public bool NeedsQuestion => false;

    public IUnitScores Score(string context, ContextUnit[] units, int[] live, QuestionTerms question)
    {
        var middle = context.Length / 2.0;
        return new FixedScores(Array.ConvertAll(live, i => Math.Abs(((units[i].Start + units[i].End) / 2.0) - middle) / Math.Max(1, middle)), false);
    }
}
