using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Ledger;
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
}
