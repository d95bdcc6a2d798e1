using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Caching;

/// <summary>A tenant's invalidation rules as a silo knows them at a moment.</summary>
internal readonly struct KnownRules
{
    private readonly Invalidations? _rules;
    private readonly bool _areCurrent;

    /// <param name="rules">The silo's copy; used under its lock.</param>
    /// <param name="areCurrent">Whether it is read lately enough to be gone by.</param>
    public KnownRules(Invalidations rules, bool areCurrent)
    {
        (_rules, _areCurrent) = (rules, areCurrent);
        lock (rules)
            Sequence = rules.Sequence;
    }

    /// <summary>What an answer whose making begins now has to bear; where the rules could not be read, those known before: an answer may be forbidden that need not be.</summary>
    public long Sequence { get; }

    /// <summary>Whether an answer may be given; see <see cref="Invalidations.Forbids"/>.</summary>
    public InvalidationVerdict Judge(DateTimeOffset madeAt, long? rulesSeen, string fingerprint, string cacheNamespace, IReadOnlyList<string> tags)
    {
        if (_rules is not { } rules)
            return InvalidationVerdict.Unknown;
        lock (rules)
        {
            return rules.Forbids(madeAt, rulesSeen, fingerprint, cacheNamespace, tags) ? InvalidationVerdict.Forbidden
                : _areCurrent ? InvalidationVerdict.Allowed : InvalidationVerdict.Unknown;
        }
    }

    /// <summary>Whether it may be given for certain.</summary>
    public bool Allow(DateTimeOffset madeAt, long? rulesSeen, string fingerprint, string cacheNamespace, IReadOnlyList<string> tags) =>
        Judge(madeAt, rulesSeen, fingerprint, cacheNamespace, tags) == InvalidationVerdict.Allowed;
}
