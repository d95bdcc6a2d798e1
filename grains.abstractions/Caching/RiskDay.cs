namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>How the promise stood at the end of a day, or stands now.</summary>
/// <param name="Day">UTC.</param>
/// <param name="Labels">As in <see cref="RiskStatus.Labels"/>.</param>
/// <param name="Wrong">As in <see cref="RiskStatus.Wrong"/>.</param>
/// <param name="UpperBound">Upper bound of the error rate, in [0, 1]; 1 without labels.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.risk.day.v1")]
public sealed record RiskDay([property: Id(0)] DateOnly Day, [property: Id(1)] long Labels, [property: Id(2)] long Wrong, [property: Id(3)] double UpperBound);
