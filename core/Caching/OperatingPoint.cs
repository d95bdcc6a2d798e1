namespace OrleansLlm.Core.Caching;

/// <summary>What serving from one threshold on would do.</summary>
/// <param name="Threshold">Accept probability.</param>
/// <param name="Precision">Right among served, in [0,1]; 1 where nothing is served.</param>
/// <param name="Recall">Served among the pairs that could be, in [0,1].</param>
public sealed record OperatingPoint(double Threshold, double Precision, double Recall);
