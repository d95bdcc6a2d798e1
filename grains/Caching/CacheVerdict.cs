using OrleansLlm.Core.Caching.Risk;

namespace OrleansLlm.Grains.Caching;

/// <summary>What verification says of the candidates for a question.</summary>
/// <param name="Index">The accepted candidate, or the best of those refused.</param>
/// <param name="Accepted">Whether its answer may be given.</param>
/// <param name="Probability">Its accept probability; null where none was computed.</param>
/// <param name="Reason">Why it was refused; a stable name.</param>
/// <param name="Verified">Whether the models weighed it: true where <paramref name="Probability"/> is the acceptance policy's.</param>
/// <param name="Threshold">Accept probability that was needed; null where nothing was weighed, or nothing is served by meaning.</param>
/// <param name="Risk">Why it is that threshold; null where nothing was weighed.</param>
internal sealed record CacheVerdict(
    int Index, bool Accepted, double? Probability, string? Reason = null, bool Verified = false, double? Threshold = null, RiskReason? Risk = null);
