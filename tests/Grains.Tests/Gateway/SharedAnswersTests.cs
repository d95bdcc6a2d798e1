using System.Text;
using Microsoft.Extensions.Time.Testing;
using OrleansLlm.Core;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Tests.Gateway;

public sealed class SharedAnswersTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero));
    private readonly Invalidations _rules = new();
    private readonly SharedAnswers _shared;

    public SharedAnswersTests() => _shared = new SharedAnswers(new ExactAnswers(0, 0, _time), _time);

    [Fact]
    public void Join_TheSameUnderWay_IsJoinedUntilItLands()
    {
        var first = Join(Ask());
        Assert.False(first.Joined);
        _time.Advance(TimeSpan.FromHours(1));

        var second = Join(Ask());
        Assert.Equal((first.Run, true), (second.Run, second.Joined));
        _shared.Land(first.Run);
        Assert.False(Join(Ask()).Joined);
    }

    [Theory]
    [InlineData(InvalidationScope.Tenant, "")]
    [InlineData(InvalidationScope.Tag, "contract")]
    [InlineData(InvalidationScope.Namespace, "legal")]
    public void Join_UnderWaySinceBeforeARule_IsReplacedByARunThatOthersJoin(InvalidationScope scope, string value)
    {
        var before = Join(Ask("contract"));
        _rules.Forget([(scope, value)], _time.GetUtcNow());

        var after = Join(Ask());
        Assert.False(after.Joined);
        Assert.True(after.Run.Replaces);
        Assert.True(before.Run.RulesSeen < after.Run.RulesSeen);
        // The one that was replaced lands, the other stays.
        _shared.Land(before.Run);
        Assert.Equal((after.Run, true), (Join(Ask()) is var third ? third.Run : null, third.Joined));
    }

    [Fact]
    public void Join_RuleForOthersMeanwhile_IsJoined()
    {
        var before = Join(Ask("contract"));
        _rules.Forget([(InvalidationScope.Tag, "handbook"), (InvalidationScope.Namespace, "hr"), (InvalidationScope.Entry, "another")], _time.GetUtcNow());

        Assert.Equal(before.Run, Join(Ask("handbook")).Run);
    }

    [Fact]
    public void Join_RulesThatCouldNotBeRead_JoinsNothing()
    {
        var first = Join(Ask());
        Assert.NotEqual(first.Run, _shared.Join(Ask(), new KnownRules(_rules, areCurrent: false), long.MaxValue).Run);
        Assert.NotEqual(first.Run, _shared.Join(Ask(), default, long.MaxValue).Run);
    }

    [Theory]
    [InlineData(5, 5000, true)]
    [InlineData(5, 5001, false)]
    [InlineData(0, 1, false)]
    public void Join_UnderWayForLonger_IsJoinedUpToTheMaxAge(int maxAge, int milliseconds, bool joined)
    {
        Join(Ask(maxAge: maxAge));
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Assert.Equal(joined, Join(Ask(maxAge: maxAge)).Joined);
    }

    private (QueryRun Run, ReplayReader Reader, bool Joined) Join(Query query) => _shared.Join(query, new KnownRules(_rules, areCurrent: true), long.MaxValue);

    private Query Ask(string? tag = null, int? maxAge = null)
    {
        var body = Encoding.UTF8.GetBytes("""{"model":"m","messages":[{"role":"user","content":"What does clause 12 say?"}]}""");
        Assert.Null(WireForms.Of(WireForm.ChatCompletions).Read(body, null, out var chat));
        var policy = new TenantPolicy { TenantId = "t", Cache = LayerMode.On, Routing = LayerMode.Off, Compression = LayerMode.Off, CacheTimeToLive = TimeSpan.FromHours(1) };
        var controls = new RequestControls { CacheNamespace = "legal", CacheTags = tag is null ? [] : [tag], MaxAgeSeconds = maxAge };
        var request = Admission.Of("req", policy, chat!, body, null, controls, Caller.None).Request;
        return new Query(request, chat!, policy, "p", _time.GetTimestamp());
    }
}
