using System.Numerics.Tensors;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Spherical 2-means (Dhillon and Modha 2001): two unit centroids, each vector to the one of larger dot product, the first on a tie. The seed
/// is fixed, so the same vectors split the same way.
/// </summary>
public static class TwoMeans
{
    private const int Rounds = 12;

    /// <summary>The two centroids, or null where the vectors cannot be told apart.</summary>
    /// <param name="vectors">Unit vectors, one behind the other.</param>
    /// <param name="dimension">Components of a vector.</param>
    public static (float[] First, float[] Second)? Fit(ReadOnlySpan<float> vectors, int dimension)
    {
        var count = vectors.Length / dimension;
        if (count < 2)
            return null;
        // Far apart to begin with: the vector least like a drawn one, and the one least like that.
        var drawn = new Random(17).Next(count);
        var first = vectors.Slice(Farthest(vectors, dimension, vectors.Slice(drawn * dimension, dimension)) * dimension, dimension).ToArray();
        var second = vectors.Slice(Farthest(vectors, dimension, first) * dimension, dimension).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            var sums = (First: new float[dimension], Second: new float[dimension]);
            for (var i = 0; i < count; i++)
            {
                var vector = vectors.Slice(i * dimension, dimension);
                var sum = IsFirst(vector, first, second) ? sums.First : sums.Second;
                TensorPrimitives.Add(sum, vector, sum);
            }

            if (!Normalize(sums.First) || !Normalize(sums.Second))
                return null;
            (first, second) = sums;
        }

        var sides = 0;
        for (var i = 0; i < count; i++)
            sides |= IsFirst(vectors.Slice(i * dimension, dimension), first, second) ? 1 : 2;
        return sides == 3 ? (first, second) : null;
    }

    /// <summary>Whether a vector belongs to the first of two centroids.</summary>
    public static bool IsFirst(ReadOnlySpan<float> vector, ReadOnlySpan<float> first, ReadOnlySpan<float> second) =>
        TensorPrimitives.Dot(vector, first) >= TensorPrimitives.Dot(vector, second);

    private static int Farthest(ReadOnlySpan<float> vectors, int dimension, ReadOnlySpan<float> from)
    {
        var (farthest, least) = (0, float.PositiveInfinity);
        for (var i = 0; i * dimension < vectors.Length; i++)
        {
            var dot = TensorPrimitives.Dot(from, vectors.Slice(i * dimension, dimension));
            if (dot < least)
                (farthest, least) = (i, dot);
        }

        return farthest;
    }

    private static bool Normalize(Span<float> sum)
    {
        var norm = TensorPrimitives.Norm<float>(sum);
        if (!(norm > 0))
            return false;
        TensorPrimitives.Divide(sum, norm, sum);
        return true;
    }
}
