using System.Numerics.Tensors;

namespace OrleansLlm.Bench.Routing.Baselines;

/// <summary>The mean gain of the nearest labelled questions by cosine (kNN; see arXiv 2505.12601).</summary>
internal sealed class NearestRouter(IReadOnlyList<(RoutedText Text, double Gain)> rows, int neighbours)
{
    public double Score(RoutedText text)
    {
        var nearest = new PriorityQueue<double, float>(neighbours + 1);
        foreach (var (row, gain) in rows)
        {
            var cosine = TensorPrimitives.Dot(row.Embedding.Span, text.Embedding.Span);
            if (nearest.Count < neighbours)
                nearest.Enqueue(gain, cosine);
            else
                nearest.EnqueueDequeue(gain, cosine);
        }

        return nearest.UnorderedItems.Average(n => n.Element);
    }
}
