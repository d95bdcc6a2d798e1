using Orleans.Runtime;
using Orleans.Storage;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Caching;

namespace OrleansLlm.Grains.Caching;

/// <inheritdoc cref="IInvalidationGrain"/>
internal sealed class InvalidationGrain(
    [PersistentState("invalidations", CacheStorage.Name)] IPersistentState<InvalidationState> state,
    IClusterMembershipService membership, TimeProvider time) : Grain, IInvalidationGrain
{
    // Clocks of silos differ: what a clock ahead of this one made until now is forgotten, too.
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromSeconds(2);

    // A silo that was given up may not know it until its next look at the membership, every two seconds, and the rules that it holds are trusted there.
    private static readonly TimeSpan s_succession = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan s_oldestAnswer = CacheOptions.LongestTimeToLive + TimeSpan.FromDays(1);

    private readonly long _activated = time.GetTimestamp();
    private Invalidations _rules = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var rule in state.State.Rules)
            _rules.Apply(rule.ToRule());
        return Task.CompletedTask;
    }

    public ValueTask<CacheInvalidation[]> RulesAfterAsync(long sequence) =>
        new(sequence >= _rules.Sequence ? [] : [.. _rules.Rules.Where(r => r.Sequence > sequence).Select(CacheInvalidation.From)]);

    public async Task ForgetAsync(CacheInvalidation[] rules)
    {
        var now = time.GetUtcNow();
        var next = new Invalidations();
        foreach (var rule in _rules.Rules)
            next.Apply(rule);
        next.DropBefore(now - s_oldestAnswer);
        next.Forget(rules.Select(r => (r.Scope, r.Value)), now + s_clockSkew);
        state.State.Rules = [.. next.Rules.Select(CacheInvalidation.From)];
        try
        {
            await state.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            // Where the store was emptied, all rules that are known here are written anew; where another activation has written, this one is stale.
            var all = state.State.Rules;
            await state.ReadStateAsync();
            if (state.RecordExists)
                throw;
            state.State.Rules = all;
            await state.WriteStateAsync();
        }

        _rules = next;
        if (s_succession - time.GetElapsedTime(_activated) is { Ticks: > 0 } rest && membership.CurrentSnapshot.Members.Values.Any(static m => m.Status == SiloStatus.Dead))
            await Task.Delay(rest, time);
    }
}

/// <summary>The rules as stored.</summary>
[GenerateSerializer, Alias("orleansllm.cache.invalidation.state.v1")]
internal sealed class InvalidationState
{
    [Id(0)]
    public CacheInvalidation[] Rules { get; set; } = [];
}
