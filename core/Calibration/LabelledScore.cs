namespace OrleansLlm.Core.Calibration;

/// <summary>A layer's score beside its label.</summary>
/// <param name="Score">In [0, 1]; the layer acts from a threshold on.</param>
/// <param name="IsRight">Whether acting would have been right.</param>
public readonly record struct LabelledScore(double Score, bool IsRight);
