using OrleansLlm.Core.Routing;

namespace OrleansLlm.Silo.Calibration;

/// <summary>Fits a head to the questions that train one.</summary>
internal static class HeadTrainer
{
    // Fewer than this of a label say nothing of four hundred weights.
    private const int FewestOfALabel = 50;

    /// <summary>The head; null where too few questions train it.</summary>
    public static RouterHead? Fit(IReadOnlyList<ScoredQuestion> questions, string embedder, string data, string dataSha256, DateOnly date)
    {
        var rows = questions.Where(q => RouterCalibration.TrainsHead(q.Question.Text)).ToList();
        var simple = rows.Count(r => r.Question.IsSimple);
        if (Math.Min(simple, rows.Count - simple) < FewestOfALabel)
            return null;
        var (weights, bias) = LogisticHeadFit.Fit(
            [.. rows.Select(r => ((ReadOnlyMemory<float>)r.Scores.Embedding, (ReadOnlyMemory<float>)r.Scores.Features, r.Question.IsSimple))]);
        return new RouterHead
        {
            Version = RouterHead.CurrentVersion,
            Embedder = embedder,
            Weights = weights,
            Bias = bias,
            Data = data,
            DataSha256 = dataSha256,
            FittedRows = rows.Count,
            Date = date,
        };
    }
}
