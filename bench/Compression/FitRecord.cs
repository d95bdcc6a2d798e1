using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Bench.Compression;

/// <summary>A training record as the fit sees it: score columns, costs, and which of its live sentences are gold.</summary>
internal sealed class FitRecord
{
    private FitRecord(EvidenceRecord source, CompressionPlan plan, double[][] columns, bool[] isGold)
    {
        Source = source;
        Columns = columns;
        Costs = plan.Costs;
        IsGold = isGold;
        TotalCost = plan.Costs.Sum();
    }

    public EvidenceRecord Source { get; }

    /// <summary>The standardised features in the order of <see cref="SentenceFeatures.Names"/>, then the model's scores where there are any.</summary>
    public double[][] Columns { get; }

    public int[] Costs { get; }

    public bool[] IsGold { get; }

    public int TotalCost { get; }

    /// <summary>Whether the record is fitted on; the other two fifths of the groups are held out.</summary>
    public bool InFit => TrainingSets.Hash("split|" + Source.Group) % 5 < 3;

    /// <summary>Null where no gold sentence is live (they repeat others, which is no loss), or no word matches.</summary>
    public static FitRecord? Create(EvidenceRecord source, PromptCompressor compressor, ITokenCounter counter, float[]? modelScores = null)
    {
        var plan = compressor.PrepareSplit(source.Question, source.Sentences, source.Starts, CompressionSettings.Default, counter);
        var isGold = new bool[plan.Live.Length];
        for (var i = 0; i < isGold.Length; i++)
            isGold[i] = source.Gold.Contains(plan.Live[i]);
        if (plan.AbstainReason != AbstainReason.None || !isGold.Contains(true))
            return null;
        var features = LexicalScorer.Score(plan.Context, plan.Units, plan.Live, QuestionTerms.Read(source.Question));
        var columns = Enumerable.Range(0, SentenceFeatures.Names.Length).Select(f => features.Column(f).ToArray());
        if (modelScores is not null)
            columns = columns.Append(SentenceFeatures.Standardise([.. plan.Live.Select(i => (double)modelScores[i])]));
        return new FitRecord(source, plan, [.. columns], isGold);
    }
}
