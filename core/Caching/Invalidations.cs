namespace OrleansLlm.Core.Caching;

/// <summary>
/// A tenant's invalidation rules. An answer is judged when it is about to be given, wherever it lay meanwhile, so nothing has to be
/// found and deleted for the rules to hold. An answer bears the sequence of the latest rule that was known when its making began: later rules forbid
/// it, whatever the clocks of those that made the one and the other said. Only where it bears none does the time decide. Not thread-safe.
/// </summary>
/// <param name="capacity">Most rules; beyond it the older half becomes one rule for the whole tenant, which forgets more, never less.</param>
public sealed class Invalidations(int capacity = Invalidations.DefaultCapacity)
{
    public const int DefaultCapacity = 20_000;

    private readonly Dictionary<(InvalidationScope Scope, string Value), InvalidationRule> _rules = [];

    /// <summary>Sequence of the latest rule; 0 where there is none.</summary>
    public long Sequence { get; private set; }

    /// <summary>The rules in force, oldest first.</summary>
    public IEnumerable<InvalidationRule> Rules => _rules.Values.OrderBy(r => r.Sequence);

    /// <summary>Adds a rule that was made elsewhere. A later rule for the same answers replaces the earlier one.</summary>
    public void Apply(InvalidationRule rule)
    {
        var key = (rule.Scope, rule.Value);
        // Where a clock was set back, the later rule names the earlier moment.
        if (_rules.TryGetValue(key, out var known))
            rule = rule with { Sequence = Math.Max(known.Sequence, rule.Sequence), Before = known.Before > rule.Before ? known.Before : rule.Before };
        _rules[key] = rule;
        Sequence = Math.Max(Sequence, rule.Sequence);
        if (rule.Scope == InvalidationScope.Tenant)
        {
            foreach (var (covered, other) in _rules)
            {
                if (covered != key && other.Sequence <= rule.Sequence && other.Before <= rule.Before)
                    _rules.Remove(covered);
            }
        }

        if (_rules.Count > capacity)
        {
            var older = Rules.Take(_rules.Count / 2).ToList();
            Apply(new InvalidationRule(older[^1].Sequence, InvalidationScope.Tenant, string.Empty, older.Max(static r => r.Before)));
        }
    }

    /// <summary>
    /// Makes rules and adds them. Sequences follow the clock where it is ahead: should the rules be lost with their store, the next one still
    /// comes after those that readers know.
    /// </summary>
    /// <param name="forget">What to forget.</param>
    /// <param name="before">The moment.</param>
    public void Forget(IEnumerable<(InvalidationScope Scope, string Value)> forget, DateTimeOffset before)
    {
        foreach (var (scope, value) in forget)
            Apply(new InvalidationRule(Math.Max(Sequence + 1, before.ToUnixTimeMilliseconds()), scope, value, before));
    }

    /// <summary>Drops rules older than any answer can be.</summary>
    public void DropBefore(DateTimeOffset moment)
    {
        foreach (var (key, rule) in _rules)
        {
            if (rule.Before < moment)
                _rules.Remove(key);
        }
    }

    /// <summary>Whether an answer must not be given any more.</summary>
    /// <param name="madeAt">When its making began, by the clock of its maker.</param>
    /// <param name="rulesSeen"><see cref="Sequence"/> as it was known there and then; null where that is not known: <paramref name="madeAt"/> decides.</param>
    /// <param name="fingerprint">Of the request it was made for.</param>
    /// <param name="cacheNamespace">Empty for none.</param>
    /// <param name="tags">Of the request it was made for.</param>
    public bool Forbids(DateTimeOffset madeAt, long? rulesSeen, string fingerprint, string cacheNamespace, IReadOnlyList<string> tags)
    {
        if (_rules.Count == 0)
            return false;
        if (Covers(InvalidationScope.Tenant, string.Empty) || Covers(InvalidationScope.Entry, fingerprint)
            || (cacheNamespace.Length > 0 && Covers(InvalidationScope.Namespace, cacheNamespace)))
            return true;
        foreach (var tag in tags)
        {
            if (Covers(InvalidationScope.Tag, tag))
                return true;
        }

        return false;

        bool Covers(InvalidationScope scope, string value) =>
            _rules.TryGetValue((scope, value), out var rule) && (rulesSeen is { } seen ? seen < rule.Sequence : madeAt < rule.Before);
    }
}
