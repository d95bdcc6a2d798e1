namespace OrleansLlm.Core.Caching;

/// <summary>Answers whose making began before a moment are never given again.</summary>
/// <param name="Sequence">Position among the tenant's rules, from 1.</param>
/// <param name="Scope">Which answers.</param>
/// <param name="Value">Namespace, tag or fingerprint; empty for the whole tenant.</param>
/// <param name="Before">The moment.</param>
public readonly record struct InvalidationRule(long Sequence, InvalidationScope Scope, string Value, DateTimeOffset Before);
