using OrleansLlm.Core.Caching.Risk;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

/// <summary>What the cache says of a request.</summary>
/// <param name="Kind">A hit, a miss, or bypass where it was not consulted.</param>
/// <param name="Answer">The stored answer of a hit.</param>
/// <param name="Score">Accept probability of the best candidate; null where there was none.</param>
/// <param name="CandidateQuestion">The best candidate's question.</param>
/// <param name="CandidateCosine">Its cosine similarity.</param>
/// <param name="Reason">Why it is no hit; a stable name.</param>
/// <param name="Milliseconds">Time taken, the embedding included.</param>
/// <param name="Entry">Fingerprint of the request that the best candidate's answer was made for; null where there was none.</param>
/// <param name="Shards">Where the best candidate's answer can be read; null where there was none.</param>
/// <param name="Verified">Whether the models decided about it, and not its identical text.</param>
/// <param name="Threshold">Accept probability that a hit needed; null where no candidate was weighed, or nothing is served by meaning.</param>
/// <param name="Risk">Why it is that threshold; null where no candidate was weighed.</param>
internal sealed record CacheLookup(
    HitKind Kind,
    StoredAnswer? Answer = null,
    double? Score = null,
    string? CandidateQuestion = null,
    double? CandidateCosine = null,
    string? Reason = null,
    double Milliseconds = 0,
    string? Entry = null,
    ProbedShards? Shards = null,
    bool Verified = false,
    double? Threshold = null,
    RiskReason? Risk = null)
{
    public bool IsHit => Answer is not null;

    /// <summary>The answer's body, once it was unpacked to be given.</summary>
    public byte[]? Plain { get; init; }

    public static CacheLookup Bypass(string reason) => new(HitKind.Bypass, Reason: reason);

    public static CacheLookup Miss(string reason) => new(HitKind.Miss, Reason: reason);
}
