using System.Numerics.Tensors;

namespace OrleansLlm.Core.Routing;

/// <summary>
/// A logistic model over a question's embedding and its <see cref="SurfaceFeatures"/>: one weight per embedding dimension, then one per surface feature
/// (not standardised), and a bias.
/// </summary>
internal static class LogisticHead
{
    /// <summary>Why weights and bias are none that can be used; null where they are.</summary>
    public static string? Problem(IReadOnlyList<float> weights, double bias) =>
        weights.Count > SurfaceFeatures.Count && double.IsFinite(bias) && weights.All(float.IsFinite) ? null : "weights cannot be used";

    /// <summary>The logit of what it was fitted to find.</summary>
    /// <exception cref="ArgumentException">There are not as many weights as dimensions and features together.</exception>
    public static double Logit(ReadOnlySpan<float> weights, double bias, ReadOnlySpan<float> embedding, ReadOnlySpan<float> features)
    {
        if (embedding.Length + features.Length != weights.Length)
            throw new ArgumentException($"the head takes {weights.Length} numbers, not {embedding.Length + features.Length}", nameof(embedding));
        return bias + TensorPrimitives.Dot(embedding, weights[..embedding.Length]) + TensorPrimitives.Dot(features, weights[embedding.Length..]);
    }
}
