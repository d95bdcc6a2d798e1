using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class EvictionPolicyTests
{
    private static readonly TimeSpan HalfLife = TimeSpan.FromHours(6);

    [Fact]
    public void Lowest_RandomOperations_IsTheLowestByDefinition() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 40], Gen.Int[1, 1000], Gen.Int[0, 500]).List[1, 400].Sample(operations =>
        {
            var policy = new EvictionPolicy(HalfLife);
            var oracle = new Dictionary<int, (decimal Cost, int Bytes, List<DateTimeOffset> Hits)>();
            var now = CacheEntries.Now;
            foreach (var (kind, id, size, minutes) in operations)
            {
                now += TimeSpan.FromMinutes(minutes);
                if (kind == 0 && !oracle.ContainsKey(id))
                {
                    policy.Add(id, new EntryWorth(size / 1000m, 1, now), 1 + size * 7 % 900);
                    oracle[id] = (size / 1000m, 1 + size * 7 % 900, [now]);
                }
                else if (kind is 1 or 2 && oracle.TryGetValue(id, out var hit))
                {
                    policy.Hit(id, now);
                    hit.Hits.Add(now);
                    Assert.Equal(Hits(hit.Hits, now), policy.Hits(id, now), tolerance: 1e-9);
                }
                else if (kind == 3 && oracle.Remove(id))
                {
                    policy.Remove(id);
                }

                Assert.Equal(oracle.Count, policy.Count);
                Assert.Equal(oracle.Sum(o => (long)o.Value.Bytes), policy.Bytes);
                if (policy.Lowest is { } lowest)
                    Assert.True(Value(lowest) <= oracle.Keys.Min(Value) * (1 + 1e-6), $"{lowest} is not the lowest");
            }

            double Value(int id) => (double)oracle[id].Cost / oracle[id].Bytes * Hits(oracle[id].Hits, now);
        });

    [Fact]
    public void MakeRoom_BeyondTheBytes_TheCheapestBySizeLeave()
    {
        var policy = new EvictionPolicy(HalfLife);
        policy.Add(0, EntryWorth.New(1.0m, CacheEntries.Now), 100);
        policy.Add(1, EntryWorth.New(0.1m, CacheEntries.Now), 100);
        policy.Add(2, EntryWorth.New(0.1m, CacheEntries.Now), 50);
        Assert.Equal([1], policy.MakeRoom(10, 150, newcomer: 0));
        Assert.Equal(150, policy.Bytes);
    }

    [Fact]
    public void MakeRoom_NewcomerWorthLess_LeavesAloneAndPushesNothingOut()
    {
        var policy = new EvictionPolicy(HalfLife);
        policy.Add(0, EntryWorth.New(0.5m, CacheEntries.Now), 100);
        policy.Add(1, EntryWorth.New(0.4m, CacheEntries.Now), 100);
        policy.Hit(0, CacheEntries.Now);
        policy.Hit(1, CacheEntries.Now);
        policy.Add(2, EntryWorth.New(0.5m, CacheEntries.Now), 100);
        Assert.Equal([2], policy.MakeRoom(2, long.MaxValue, newcomer: 2));
        policy.Add(2, EntryWorth.New(50m, CacheEntries.Now), 1_000);
        Assert.Equal([1], policy.MakeRoom(2, long.MaxValue, newcomer: 2));
        // Room for it would cost both others, and then some: those cheaper than it go first, and it stays.
        policy.Add(3, EntryWorth.New(0.0001m, CacheEntries.Now), 5_000);
        Assert.Equal([3], policy.MakeRoom(10, 1_100, newcomer: 3));
        Assert.Equal(2, policy.Count);
    }

    [Fact]
    public void Hit_LongAgo_CountsForLessThanOneNow()
    {
        var policy = new EvictionPolicy(HalfLife);
        policy.Add(0, EntryWorth.New(0.5m, CacheEntries.Now), 100);
        policy.Add(1, EntryWorth.New(0.5m, CacheEntries.Now), 100);
        for (var i = 0; i < 3; i++)
            policy.Hit(0, CacheEntries.Now);
        policy.Hit(1, CacheEntries.Now + 4 * HalfLife);
        Assert.Equal(0, policy.Lowest);
    }

    [Fact]
    public void Slices_RiseInWorthAndHoldEverything()
    {
        var policy = new EvictionPolicy(HalfLife);
        for (var i = 0; i < 100; i++)
            policy.Add(i, EntryWorth.New(0.01m * (1 + (i * 37 % 100)), CacheEntries.Now), 100 + i);
        var slices = policy.Slices(16);
        Assert.InRange(slices.Count, 1, 16);
        Assert.Equal(policy.Bytes, slices.Sum(s => s.Bytes));
        Assert.Equal(slices.Select(s => s.Worth).Order(), slices.Select(s => s.Worth));
        Assert.Empty(new EvictionPolicy(HalfLife).Slices(16));
    }

    private static double Hits(List<DateTimeOffset> hits, DateTimeOffset now) => hits.Sum(h => Math.Pow(2, -((now - h) / HalfLife)));
}
