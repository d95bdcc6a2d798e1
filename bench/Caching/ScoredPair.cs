using OrleansLlm.Core.Caching;

namespace OrleansLlm.Bench.Caching;

/// <summary>A pair with what the models and the words say of it.</summary>
internal sealed record ScoredPair(LabelledPair Pair, PairFeatures Features, MatchGuardReason Guard);
