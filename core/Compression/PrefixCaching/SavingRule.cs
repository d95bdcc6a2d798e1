namespace OrleansLlm.Core.Compression.PrefixCaching;

/// <summary>Which savings a provider's prefix cache makes worth having in a conversation that it caches.</summary>
/// <param name="Rules">The provider's.</param>
/// <param name="Most">Tokens that may be saved at most, <paramref name="Already"/> included: what is left must still be cacheable.</param>
/// <param name="Already">Tokens that the rest of the conversation saves; negative for what was added to it.</param>
public sealed record SavingRule(PrefixCacheRules Rules, int Most, int Already = 0);
