using CsCheck;
using OrleansLlm.Core.RateLimits;

namespace OrleansLlm.Core.Tests.RateLimits;

public sealed class FairBufferTests
{
    [Fact]
    public void TryHold_OneTenantAlone_HasHalf()
    {
        var buffer = new FairBuffer(100);
        Assert.True(buffer.TryHold("a", 50));
        Assert.False(buffer.TryHold("a", 1));
        Assert.Equal(50, buffer.Held);
        buffer.Release("a", 50);
        Assert.True(buffer.TryHold("a", 50));
    }

    [Fact]
    public void TryHold_AFloodHoldsItsMost_AnotherFindsRoom()
    {
        var buffer = new FairBuffer(90);
        while (buffer.TryHold("flood", 1))
        {
        }

        Assert.Equal(45, buffer.Held);
        Assert.True(buffer.TryHold("quiet", 22));
        Assert.False(buffer.TryHold("quiet", 1));
    }

    [Fact]
    public void TryHold_TwoThatComeTogether_HaveAThirdEach()
    {
        var buffer = new FairBuffer(90);
        while (buffer.TryHold("a", 1) | buffer.TryHold("b", 1))
        {
        }

        Assert.Equal(60, buffer.Held);
    }

    /// <summary>A body that has come whole is read once more, for its end.</summary>
    [Fact]
    public void TryHold_NothingMoreWhereAnotherTookTheRest_IsHeld()
    {
        var buffer = new FairBuffer(100);
        Assert.True(buffer.TryHold("a", 50));
        Assert.True(buffer.TryHold("b", 10));
        Assert.True(buffer.TryHold("a", 0));
        Assert.False(buffer.TryHold("a", 1));
    }

    [Fact]
    public void AnyHistory_NeverHoldsMoreThanItMayAndEndsEmpty() => Gen.Select(
        Gen.Long[0, 200],
        Gen.Select(Gen.Int[0, 4], Gen.Long[1, 60]).Array[0, 100]).Sample((most, steps) =>
    {
        var buffer = new FairBuffer(most);
        var held = new List<(string Tenant, long Bytes)>();
        foreach (var (who, bytes) in steps)
        {
            var tenant = who.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (buffer.TryHold(tenant, bytes))
                held.Add((tenant, bytes));
            Assert.InRange(buffer.Held, 0, most);
            Assert.Equal(held.Sum(static h => h.Bytes), buffer.Held);
            if (bytes % 3 == 0 && held.Count > 0)
            {
                buffer.Release(held[0].Tenant, held[0].Bytes);
                held.RemoveAt(0);
            }
        }

        held.ForEach(h => buffer.Release(h.Tenant, h.Bytes));
        Assert.Equal(0, buffer.Held);
    });
}
