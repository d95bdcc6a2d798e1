namespace OrleansLlm.Bench.Caching;

/// <summary>Two questions, and whether one answer serves both.</summary>
internal sealed record LabelledPair(string A, string B, bool Same, string Kind);
