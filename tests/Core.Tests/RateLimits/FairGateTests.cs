using CsCheck;
using OrleansLlm.Core.RateLimits;

namespace OrleansLlm.Core.Tests.RateLimits;

public sealed class FairGateTests
{
    [Fact]
    public void Enter_RoomInside_IsLetInAtOnce()
    {
        var gate = new FairGate(2, 2, isShared: true);
        Assert.True(gate.Enter("a").Admitted is { IsCompletedSuccessfully: true, Result: true });
        Assert.True(gate.Enter("a").Admitted is { IsCompletedSuccessfully: true, Result: true });
        Assert.False(gate.Enter("a").Admitted.IsCompleted);
        Assert.Equal((2, 1), (gate.Inside, gate.Waiting));
    }

    [Fact]
    public void Leave_TwoTenantsWait_TheOneWithFewerInsideIsNext()
    {
        var gate = new FairGate(2, 10, isShared: true);
        var inside = new[] { gate.Enter("flood"), gate.Enter("flood") };
        var floods = gate.Enter("flood");
        var quiet = gate.Enter("quiet");
        gate.Leave(inside[0]);
        Assert.True(quiet.Admitted is { IsCompletedSuccessfully: true, Result: true });
        Assert.False(floods.Admitted.IsCompleted);
        gate.Leave(inside[1]);
        Assert.True(floods.Admitted is { IsCompletedSuccessfully: true, Result: true });
    }

    [Fact]
    public void Enter_NoMoreMayWait_TheLongestQueueLosesItsLatest()
    {
        var gate = new FairGate(1, 3, isShared: true);
        gate.Enter("flood");
        var waiting = new[] { gate.Enter("flood"), gate.Enter("flood"), gate.Enter("flood") };
        Assert.True(gate.Enter("flood").Admitted is { IsCompletedSuccessfully: true, Result: false });
        var quiet = gate.Enter("quiet");
        Assert.False(quiet.Admitted.IsCompleted);
        Assert.True(waiting[2].Admitted is { IsCompletedSuccessfully: true, Result: false });
        Assert.False(waiting[1].Admitted.IsCompleted);
    }

    [Fact]
    public void Leave_WhileWaiting_IsTurnedAwayAndTakesNoPlace()
    {
        var gate = new FairGate(1, 1, isShared: true);
        var inside = gate.Enter("a");
        var waits = gate.Enter("a");
        gate.GiveUp(waits);
        gate.GiveUp(inside);
        Assert.True(waits.Admitted is { IsCompletedSuccessfully: true, Result: false });
        gate.Leave(inside);
        gate.Leave(inside);
        Assert.Equal((0, 0), (gate.Inside, gate.Waiting));
    }

    // Those inside may stay for minutes, and no place becomes free: a provider that hangs, bodies that trickle in.
    [Fact]
    public void Enter_OneTenantsRequestsStay_AFifthIsLeftForOthers()
    {
        var gate = new FairGate(10, 10, isShared: true);
        var floods = Enumerable.Range(0, 10).Select(_ => gate.Enter("flood")).ToList();
        Assert.Equal((8, 2), (gate.Inside, gate.Waiting));
        var quiets = new[] { gate.Enter("quiet"), gate.Enter("quiet") };
        Assert.All(quiets, static q => Assert.True(q.Admitted is { IsCompletedSuccessfully: true, Result: true }));
        gate.Leave(quiets[0]);
        gate.Leave(quiets[1]);
        Assert.Equal((8, 2), (gate.Inside, gate.Waiting));
        gate.Leave(floods[0]);
        Assert.Equal((8, 1), (gate.Inside, gate.Waiting));
        Assert.True(floods[8].Admitted is { IsCompletedSuccessfully: true, Result: true });
    }

    [Fact]
    public void Enter_TheOnlyTenantThereIs_HasThemAll()
    {
        var gate = new FairGate(10, 10, isShared: false);
        for (var i = 0; i < 10; i++)
            gate.Enter("a");
        Assert.Equal((10, 0), (gate.Inside, gate.Waiting));
    }

    [Fact]
    public void AnyHistory_BoundsHoldNobodyWaitsBesideAPlaceForHimAndOnlyFloodsAreTurnedAway() => Gen.Select(
        Gen.Int[1, 12], Gen.Int[0, 8], Gen.Bool, Gen.Select(Gen.Int[0, 3], Gen.Int[0, 40]).Array[0, 120]).Sample((most, mostWaiting, isShared, steps) =>
    {
        var gate = new FairGate(most, mostWaiting, isShared);
        var places = new List<(string Tenant, FairGate.Place Place)>();
        foreach (var (tenant, choice) in steps)
        {
            // Three of four steps of tenant 0 come in, of the others every second one.
            if (places.Count == 0 || choice % (tenant == 0 ? 4 : 2) != 0)
            {
                var place = gate.Enter(tenant.ToString(System.Globalization.CultureInfo.InvariantCulture));
                places.Add((tenant.ToString(System.Globalization.CultureInfo.InvariantCulture), place));
                // Refused at once only where no other tenant has more waiting.
                if (place.Admitted is { IsCompletedSuccessfully: true, Result: false })
                {
                    var own = Count(p => !p.Admitted.IsCompleted, tenant);
                    for (var other = 0; other < 4; other++)
                        Assert.True(Count(p => !p.Admitted.IsCompleted, other) <= own + 1);
                }
            }
            else
            {
                var at = choice % places.Count;
                var left = places[at].Place;
                places.RemoveAt(at);
                gate.Leave(left);
            }

            Assert.Equal(places.Count(static p => p.Place.Admitted is { IsCompletedSuccessfully: true, Result: true }), gate.Inside);
            Assert.Equal(places.Count(static p => !p.Place.Admitted.IsCompleted), gate.Waiting);
            Assert.InRange(gate.Inside, 0, most);
            Assert.InRange(gate.Waiting, 0, mostWaiting);
            for (var waiting = 0; waiting < 4; waiting++)
            {
                Assert.True(
                    gate.Inside == most || Count(static p => !p.Admitted.IsCompleted, waiting) == 0
                    || (isShared && Count(static p => p.Admitted is { IsCompletedSuccessfully: true, Result: true }, waiting) >= 4 * (most - gate.Inside)));
            }
        }

        int Count(Func<FairGate.Place, bool> which, int tenant) =>
            places.Count(p => p.Tenant == tenant.ToString(System.Globalization.CultureInfo.InvariantCulture) && which(p.Place));
    });
}
