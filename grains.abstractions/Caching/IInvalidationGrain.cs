using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Abstractions.Caching;

/// <summary>What a tenant's cache must not answer any more. Keyed by tenant.</summary>
[Alias("orleansllm.cache.invalidation.v1")]
public interface IInvalidationGrain : IGrainWithStringKey
{
    /// <summary>Rules made after <paramref name="sequence"/>, in order; all of them for 0.</summary>
    [Alias("rules"), Orleans.Concurrency.AlwaysInterleave, Orleans.Concurrency.ReadOnly]
    ValueTask<CacheInvalidation[]> RulesAfterAsync(long sequence);

    /// <summary>
    /// Forgets answers made until now and stores that. Gateways trust what they read for <see cref="TrustedFor"/>: after that time
    /// nothing forgotten is given anywhere in the cluster.
    /// </summary>
    [Alias("forget"), ResponseTimeout(ResponseTimeouts.Repeatable)]
    Task ForgetAsync(CacheInvalidation[] rules);

    /// <summary>How long a gateway goes by rules that it read.</summary>
    static readonly TimeSpan TrustedFor = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long after <see cref="ForgetAsync"/> an invalidation holds everywhere: trust, and what a timer may fire early. Timers go by a coarse
    /// clock, some milliseconds off the one that trust is measured by.
    /// </summary>
    static readonly TimeSpan HoldsAfter = TrustedFor + TimeSpan.FromMilliseconds(50);
}

/// <summary><see cref="InvalidationRule"/> on the wire and in the store.</summary>
[GenerateSerializer, Immutable, Alias("orleansllm.cache.invalidation.rule.v1")]
public readonly record struct CacheInvalidation(
    [property: Id(0)] InvalidationScope Scope,
    [property: Id(1)] string Value,
    [property: Id(2)] long Sequence = 0,
    [property: Id(3)] DateTimeOffset Before = default)
{
    public static CacheInvalidation From(InvalidationRule rule) => new(rule.Scope, rule.Value, rule.Sequence, rule.Before);

    public InvalidationRule ToRule() => new(Sequence, Scope, Value, Before);
}
