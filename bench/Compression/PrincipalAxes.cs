using System.Numerics.Tensors;

namespace OrleansLlm.Bench.Compression;

/// <summary>The directions in which vectors differ most, by orthogonal iteration (Golub and Van Loan 2013, 8.2.4).</summary>
internal static class PrincipalAxes
{
    private const int Iterations = 40;

    /// <summary>The first <paramref name="count"/> axes of <paramref name="centred"/> vectors (zero mean), of unit length.</summary>
    public static double[][] Of(IReadOnlyList<double[]> centred, int count)
    {
        var size = centred[0].Length;
        var covariance = new double[size][];
        for (var a = 0; a < size; a++)
            covariance[a] = new double[size];
        foreach (var vector in centred)
        {
            for (var a = 0; a < size; a++)
                TensorPrimitives.MultiplyAdd(vector, vector[a], covariance[a], covariance[a]);
        }

        var axes = new double[count][];
        for (var axis = 0; axis < count; axis++)
        {
            // Any start that is not orthogonal to what is sought; a fixed one, so that the result is too.
            axes[axis] = [.. Enumerable.Range(0, size).Select(a => Math.Cos((axis + 1) * (a + .5)))];
        }

        for (var i = 0; i < Iterations; i++)
        {
            for (var axis = 0; axis < count; axis++)
            {
                var before = axes[axis];
                axes[axis] = Array.ConvertAll(covariance, row => TensorPrimitives.Dot<double>(row, before));
                for (var other = 0; other < axis; other++)
                {
                    var shared = TensorPrimitives.Dot<double>(axes[axis], axes[other]);
                    TensorPrimitives.MultiplyAdd(axes[other], -shared, axes[axis], axes[axis]);
                }

                TensorPrimitives.Divide(axes[axis], TensorPrimitives.Norm<double>(axes[axis]), axes[axis]);
            }
        }

        return axes;
    }
}
