using OrleansLlm.Core.Routing;

namespace OrleansLlm.Bench.Routing.Baselines;

/// <summary>The head that <c>calibrate router --fit</c> fits.</summary>
internal sealed class LinearRouter
{
    private readonly RouterHead _head;

    public LinearRouter(IReadOnlyList<(RoutedText Text, bool IsSimple)> rows)
    {
        var (weights, bias) = LogisticHeadFit.Fit([.. rows.Select(r => (r.Text.Embedding, r.Text.Features, r.IsSimple))]);
        _head = new RouterHead
        {
            Version = RouterHead.CurrentVersion, Embedder = string.Empty, Weights = weights, Bias = bias, Data = string.Empty, DataSha256 = string.Empty,
            FittedRows = rows.Count, Date = default,
        };
    }

    /// <summary>Logit that the strong model is needed.</summary>
    public double Score(RoutedText text) => -_head.SimpleLogit(text.Embedding.Span, text.Features.Span);
}
