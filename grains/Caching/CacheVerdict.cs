namespace OrleansLlm.Grains.Caching;

/// <summary>What verification says of the candidates for a question.</summary>
/// <param name="Index">The accepted candidate, or the best of those refused.</param>
/// <param name="Accepted">Whether its answer may be given.</param>
/// <param name="Probability">Its accept probability; null where none was computed.</param>
/// <param name="Reason">Why it was refused; a stable name.</param>
internal sealed record CacheVerdict(int Index, bool Accepted, double? Probability, string? Reason = null);
