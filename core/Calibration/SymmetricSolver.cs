namespace OrleansLlm.Core.Calibration;

/// <summary>Solves symmetric positive definite systems by Cholesky factorisation.</summary>
internal static class SymmetricSolver
{
    // Lifts a pivot that rounding made zero: a constant column beside the bias is the usual reason.
    private const double Ridge = 1e-12;

    /// <summary>x of A x = b; only the lower triangle of the row-major <paramref name="matrix"/> is read.</summary>
    public static double[] Solve(ReadOnlySpan<double> matrix, ReadOnlySpan<double> right)
    {
        var n = right.Length;
        var factor = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[(i * n) + j];
                for (var k = 0; k < j; k++)
                    sum -= factor[(i * n) + k] * factor[(j * n) + k];
                factor[(i * n) + j] = i == j ? Math.Sqrt(Math.Max(sum, Ridge)) : sum / factor[(j * n) + j];
            }
        }

        var solution = right.ToArray();
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++)
                solution[i] -= factor[(i * n) + k] * solution[k];
            solution[i] /= factor[(i * n) + i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
                solution[i] -= factor[(k * n) + i] * solution[k];
            solution[i] /= factor[(i * n) + i];
        }

        return solution;
    }
}
