using CsCheck;

namespace OrleansLlm.Core.Tests;

public sealed class SteadyTimeProviderTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void GetUtcNow_ClockSetForward_Follows()
    {
        var machine = new Machine();
        var time = new SteadyTimeProvider(machine);
        Assert.Equal(s_start, time.GetUtcNow());
        machine.Clock += TimeSpan.FromHours(1);
        Assert.Equal(s_start.AddHours(1), time.GetUtcNow());
    }

    [Fact]
    public void GetUtcNow_ClockSetBackAnHour_GoesOnATenthSlowerUntilBothAgree()
    {
        var machine = new Machine();
        var time = new SteadyTimeProvider(machine);
        time.GetUtcNow();
        machine.Pass(TimeSpan.FromSeconds(30));
        time.GetUtcNow();
        machine.Clock -= TimeSpan.FromHours(1);
        Assert.Equal(s_start.AddSeconds(30), time.GetUtcNow());

        for (var i = 0; i < 9 * 36_000; i++)
        {
            machine.Pass(TimeSpan.FromMilliseconds(100));
            time.GetUtcNow();
        }

        Assert.InRange(time.GetUtcNow() - machine.Clock, TimeSpan.FromMinutes(5.9), TimeSpan.FromMinutes(6.1));
        for (var i = 0; i < 2 * 36_000; i++)
        {
            machine.Pass(TimeSpan.FromMilliseconds(100));
            time.GetUtcNow();
        }

        Assert.Equal(machine.Clock, time.GetUtcNow());
    }

    /// <summary>Whatever is done to the clock, time never goes back, is never behind the clock, and passes at nine tenths of its speed at least.</summary>
    [Fact]
    public void GetUtcNow_AnySettings_NeverGoesBackNorStandsStill()
    {
        var genStep = Gen.Select(Gen.Int[0, 5000], Gen.Frequency((8, Gen.Const(0)), (1, Gen.Int[-7200, 7200])));
        genStep.List[1, 100].Sample(steps =>
        {
            var machine = new Machine();
            var time = new SteadyTimeProvider(machine);
            var last = time.GetUtcNow();
            foreach (var (milliseconds, seconds) in steps)
            {
                var passed = TimeSpan.FromMilliseconds(milliseconds);
                machine.Pass(passed);
                machine.Clock += TimeSpan.FromSeconds(seconds);
                var now = time.GetUtcNow();
                if (now < last + (passed * 0.9) - TimeSpan.FromTicks(1) || now < machine.Clock)
                    return false;
                last = now;
            }

            return true;
        });
    }

    private sealed class Machine : TimeProvider
    {
        private long _passed;

        public DateTimeOffset Clock { get; set; } = s_start;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time)
        {
            _passed += time.Ticks;
            Clock += time;
        }

        public override DateTimeOffset GetUtcNow() => Clock;

        public override long GetTimestamp() => _passed;
    }
}
