namespace OrleansLlm.Core.Calibration;

/// <summary>A threshold and what labelled rows say of it.</summary>
/// <param name="Threshold">Score from which the layer acts.</param>
/// <param name="Accepted">Rows at or above it.</param>
/// <param name="Wrong">Those of them that it should have left alone.</param>
/// <param name="UpperBound">One-sided upper bound of the share of wrong ones among the accepted, in [0, 1].</param>
public sealed record ThresholdTest(double Threshold, int Accepted, int Wrong, double UpperBound);
