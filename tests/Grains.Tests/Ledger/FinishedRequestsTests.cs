using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Telemetry;

namespace OrleansLlm.Grains.Tests.Ledger;

public sealed class FinishedRequestsTests : IDisposable
{
    private static readonly LedgerEntry s_entry = TestEntry.Of("t");

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly FinishedRequests _finished;
    private long _counted;

    public FinishedRequestsTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name == "orleansllm.cache.lookups" && ReferenceEquals(instrument.Meter.Scope, meters))
                own.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _counted, value));
        _listener.Start();
        _finished = new FinishedRequests(new GatewayTelemetry(meters, new GenAiTelemetry(meters, Options.Create(new TelemetryOptions()))));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Add_UntilSomebodyCounts_MeasuresNothing()
    {
        _finished.Add(s_entry);
        _finished.Add(s_entry);
        Assert.Equal(0, _counted);
        _finished.Count();
        Assert.Equal(2, _counted);
        _finished.Count();
        Assert.Equal(2, _counted);
    }

    [Fact]
    public void Add_NobodyEverCounts_HoldsNoMoreThanItsBound()
    {
        const int Added = 100_000;
        for (var i = 0; i < Added; i++)
            _finished.Add(s_entry);
        Assert.InRange(_counted, Added - (16 * 1024), Added);
    }

    [Fact]
    public async Task Count_WhileOthersAddAndCount_TakesEachOnce()
    {
        const int Each = 20_000;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                _finished.Add(s_entry);
                if (i % 100 == 0)
                    _finished.Count();
            }
        }, TestContext.Current.CancellationToken)));
        _finished.Count();
        Assert.Equal(4 * Each, _counted);
    }

    [Fact]
    public async Task Count_WhileAnotherTellsWhatItTook_ReturnsOnceThatIsTold()
    {
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) =>
        {
            begun.Set();
            goOn.Wait(TestContext.Current.CancellationToken);
            Interlocked.Add(ref _counted, value);
        });
        _finished.Add(s_entry);
        var first = Task.Run(_finished.Count, TestContext.Current.CancellationToken);
        begun.Wait(TestContext.Current.CancellationToken);
        var second = Task.Run(_finished.Count, TestContext.Current.CancellationToken);
        Assert.NotSame(second, await Task.WhenAny(second, Task.Delay(200, TestContext.Current.CancellationToken)));
        goOn.Set();
        await Task.WhenAll(first, second);
        Assert.Equal(1, _counted);
    }

    [Fact]
    public void Finished_ManyAtOnce_MeasuresWhatEachAloneDoes()
    {
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var entries = Enumerable.Range(0, random.Next(1, 200)).Select(_ => Any(random)).ToList();
            var together = Measured(t => t.Finished(entries));
            var alone = Measured(t => entries.ForEach(e => t.Finished([e])));
            Assert.Equal(alone.Keys.Order(StringComparer.Ordinal), together.Keys.Order(StringComparer.Ordinal));
            Assert.All(alone, a => Assert.Equal(a.Value, together[a.Key], 1e-9));
        }
    }

    private static LedgerEntry Any(Random random)
    {
        var (before, sent) = (random.Next(3000), random.Next(3000));
        return s_entry with
        {
            HitKind = (HitKind)random.Next(Enum.GetValues<HitKind>().Length),
            RequestedModel = Name("requested"),
            UsedModel = Name("used"),
            RouteReason = random.Next(3) == 0 ? null : Name("reason"),
            Status = random.Next(4) == 0 ? 500 : 200,
            Priced = random.Next(5) > 0,
            PromptTokensBefore = before,
            Usage = new TokenUsage(random.Next(4) == 0 ? 0 : sent, random.Next(500)),
            BaselineUsd = random.Next(100) / 1000m,
            CostUsd = random.Next(100) / 1000m,
            Saved = new SavingsBreakdown(Usd(), Usd(), Usd()),
            Times = new LayerTimes(Milliseconds(), Milliseconds(), Milliseconds(), Milliseconds(), Milliseconds()),
        };

        string Name(string of) => $"{of}-{random.Next(3)}";
        decimal Usd() => random.Next(-10, 10) / 1000m;
        double Milliseconds() => random.Next(3) == 0 ? 0 : random.NextDouble() * 100;
    }

    // The sum of each instrument's measurements by their tags, and how many a distribution has.
    private static Dictionary<string, double> Measured(Action<GatewayTelemetry> measure)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters))
                own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        measure(new GatewayTelemetry(meters, new GenAiTelemetry(meters, Options.Create(new TelemetryOptions()))));
        return sums;

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var of = $"{instrument.Name} {string.Join(' ', tags.ToArray().Select(static t => $"{t.Key}={t.Value}"))}";
            sums[of] = sums.GetValueOrDefault(of) + value;
            if (instrument is Histogram<double>)
                sums[of + " #"] = sums.GetValueOrDefault(of + " #") + 1;
        }
    }
}
