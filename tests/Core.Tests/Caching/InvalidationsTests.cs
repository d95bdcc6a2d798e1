using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class InvalidationsTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(InvalidationScope.Tenant, "", true)]
    [InlineData(InvalidationScope.Namespace, "hr", true)]
    [InlineData(InvalidationScope.Namespace, "legal", false)]
    [InlineData(InvalidationScope.Tag, "doc-2", true)]
    [InlineData(InvalidationScope.Tag, "doc-3", false)]
    [InlineData(InvalidationScope.Entry, "f1", true)]
    [InlineData(InvalidationScope.Entry, "doc-1", false)]
    public void Forbids_WhatTheRuleCovers(InvalidationScope scope, string value, bool forbidden)
    {
        var rules = new Invalidations();
        rules.Forget([(scope, value)], s_start);
        Assert.Equal(forbidden, rules.Forbids(s_start.AddTicks(-1), null, "f1", "hr", ["doc-1", "doc-2"]));
        Assert.False(rules.Forbids(s_start, null, "f1", "hr", ["doc-1", "doc-2"]));
    }

    [Fact]
    public void Forbids_AnswerWithoutNamespace_IsNotCoveredByANamespaceRule()
    {
        var rules = new Invalidations();
        rules.Forget([(InvalidationScope.Namespace, "hr")], s_start);
        Assert.False(rules.Forbids(s_start.AddHours(-1), null, "f", string.Empty, []));
    }

    [Fact]
    public void Apply_OutOfOrder_TheLaterMomentHolds()
    {
        var rules = new Invalidations();
        rules.Apply(new InvalidationRule(2, InvalidationScope.Tag, "d", s_start.AddHours(2)));
        rules.Apply(new InvalidationRule(1, InvalidationScope.Tag, "d", s_start));
        Assert.True(rules.Forbids(s_start.AddHours(1), null, "f", string.Empty, ["d"]));
        Assert.Equal(2, rules.Sequence);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void Forbids_AnswerWhoseMakerKnewTheRules_IsForbiddenByLaterOnesWhateverTheClocksSay(int hours)
    {
        var rules = new Invalidations();
        rules.Forget([(InvalidationScope.Tag, "d")], s_start);
        var seen = rules.Sequence;
        Assert.False(rules.Forbids(s_start.AddDays(-1), seen, "f", string.Empty, ["d"]));
        rules.Forget([(InvalidationScope.Tag, "d")], s_start.AddHours(hours));
        Assert.True(rules.Forbids(s_start.AddDays(1), seen, "f", string.Empty, ["d"]));
        Assert.False(rules.Forbids(s_start.AddDays(1), seen, "f", string.Empty, ["e"]));
        Assert.False(rules.Forbids(s_start.AddDays(-1), rules.Sequence, "f", string.Empty, ["d"]));
        // A reader that comes later knows as much.
        var reader = new Invalidations();
        foreach (var rule in rules.Rules.Where(r => r.Sequence > 0))
            reader.Apply(rule);
        Assert.True(reader.Forbids(s_start.AddDays(1), seen, "f", string.Empty, ["d"]));
    }

    [Fact]
    public void Forget_BeyondCapacity_ForgetsWhatWasMadeBeforeThatAndNothingElse()
    {
        var rules = new Invalidations(capacity: 10);
        var seen = new List<long>();
        for (var i = 0; i < 25; i++)
        {
            seen.Add(rules.Sequence);
            rules.Forget([(InvalidationScope.Tag, "d" + i)], s_start);
        }

        for (var i = 0; i < 25; i++)
            Assert.True(rules.Forbids(s_start, seen[i], "f", string.Empty, ["d" + i]));
        Assert.False(rules.Forbids(s_start, seen[^1], "f", string.Empty, ["d1"]));
    }

    [Fact]
    public void Forget_BeyondCapacity_ForgetsMoreNeverLess()
    {
        var rules = new Invalidations(capacity: 10);
        for (var i = 0; i < 11; i++)
            rules.Forget([(InvalidationScope.Tag, "d" + i)], s_start.AddMinutes(i));
        Assert.True(rules.Rules.Count() <= 10);
        for (var i = 0; i < 11; i++)
            Assert.True(rules.Forbids(s_start.AddMinutes(i).AddTicks(-1), null, "f", string.Empty, ["d" + i]));
        Assert.False(rules.Forbids(s_start.AddMinutes(20), null, "f", string.Empty, ["d1"]));
    }

    [Fact]
    public void Forget_AfterTheRulesWereLost_ComesAfterWhatReadersKnow()
    {
        var before = new Invalidations();
        for (var i = 0; i < 100; i++)
            before.Forget([(InvalidationScope.Tag, "d" + i)], s_start);
        var lost = new Invalidations();
        lost.Forget([(InvalidationScope.Tag, "new")], s_start.AddSeconds(1));
        Assert.True(Assert.Single(lost.Rules).Sequence > before.Sequence);
    }

    [Fact]
    public void DropBefore_LeavesYoungerRules()
    {
        var rules = new Invalidations();
        rules.Forget([(InvalidationScope.Tag, "old")], s_start);
        rules.Forget([(InvalidationScope.Tag, "young")], s_start.AddDays(2));
        rules.DropBefore(s_start.AddDays(1));
        Assert.Equal("young", Assert.Single(rules.Rules).Value);
        Assert.Equal(Assert.Single(rules.Rules).Sequence, rules.Sequence);
    }

    /// <summary>A follower that reads rules in pieces, at any moments, ends where the owner is; and both agree with the plain history.</summary>
    [Fact]
    public void RulesInPieces_AgreeWithTheHistory()
    {
        var genRule = Gen.Select(Gens.Of(InvalidationScope.Tenant, InvalidationScope.Namespace, InvalidationScope.Tag, InvalidationScope.Entry), Gen.Int[0, 3], Gen.Int[0, 50]);
        Gen.Select(genRule.List[1, 40], Gen.Int[0, 4].List[1, 40]).Sample((made, reads) =>
        {
            var owner = new Invalidations();
            var follower = new Invalidations();
            var history = new List<(InvalidationScope Scope, string Value, DateTimeOffset Before)>();
            var clock = s_start;
            for (var i = 0; i < made.Count; i++)
            {
                var (scope, value, minutes) = made[i];
                clock = clock.AddMinutes(minutes);
                var text = scope == InvalidationScope.Tenant ? string.Empty : "v" + value;
                owner.Forget([(scope, text)], clock);
                history.Add((scope, text, clock));
                if (reads[i % reads.Count] == 0 || i == made.Count - 1)
                {
                    foreach (var rule in owner.Rules.Where(r => r.Sequence > follower.Sequence).ToList())
                        follower.Apply(rule);
                }
            }

            foreach (var at in Enumerable.Range(0, 40).Select(i => s_start.AddMinutes(i * 50)))
            {
                foreach (var name in new[] { "v0", "v1", "v2", "v3" })
                {
                    var expected = history.Any(h => at < h.Before && (h.Scope == InvalidationScope.Tenant || h.Value == name));
                    if (owner.Forbids(at, null, name, name, [name]) != expected || follower.Forbids(at, null, name, name, [name]) != expected)
                        return false;
                }
            }

            return true;
        });
    }
}
