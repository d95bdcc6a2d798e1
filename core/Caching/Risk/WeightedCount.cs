namespace OrleansLlm.Core.Caching.Risk;

/// <summary>Labels of one weight.</summary>
/// <param name="Weight">In (0,1].</param>
/// <param name="Right">Labels that say right.</param>
/// <param name="Wrong">Labels that say wrong.</param>
public sealed record WeightedCount(double Weight, long Right, long Wrong);
