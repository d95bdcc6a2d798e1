namespace OrleansLlm.Core.Calibration;

/// <summary>A fitted logistic model: P(true) = 1 / (1 + exp(-(bias + weights . features))).</summary>
/// <param name="Weights">One per feature.</param>
/// <param name="Bias">The intercept, not penalised.</param>
/// <param name="Loss">Penalised loss at the optimum.</param>
/// <param name="Iterations">Newton steps taken.</param>
public sealed record LogisticFit(IReadOnlyList<double> Weights, double Bias, double Loss, int Iterations);
