using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.TestingHost;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Ledger;

namespace OrleansLlm.Cluster.Tests.Ledger;

/// <summary>A month of a ledger that its store tells slowly.</summary>
public sealed class LedgerDaysTests
{
    private const int Days = 30;

    [Fact]
    public async Task Totals_ManyDays_AreReadAFewAtATime()
    {
        var store = new Slow();
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<ILedgerStore>(store);
            silo.Services.AddSingleton(Options.Create(new LedgerOptions()));
            silo.Services.AddSingleton(TimeProvider.System);
        });
        await using var cluster = builder.Build();
        await cluster.DeployAsync(TestContext.Current.CancellationToken);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var json = await cluster.Client.GetGrain<ILedgerGrain>("tenant").TotalsAsync(today.AddDays(1 - Days), today);

        Assert.InRange(store.MostAtOnce, 4, 8);
        var totals = LedgerTotals.FromUtf8Json(json).Report(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        Assert.Equal(Enumerable.Repeat(1L, Days), totals.ByDay.Select(static d => d.Sums.Requests));
    }

    private sealed class Slow : ILedgerStore, ILedgerLog
    {
        private readonly Lock _lock = new();
        private int _reading;

        public int MostAtOnce { get; private set; }

        public IReadOnlyDictionary<string, long> Marks { get; } = new Dictionary<string, long>();

        public Task<ILedgerLog> OpenAsync(string tenantId, CancellationToken cancellationToken) => Task.FromResult<ILedgerLog>(this);

        public Task<bool> AppendAsync(LedgerBatch batch, CancellationToken cancellationToken) => Task.FromResult(true);

        public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(string tenantId, DateOnly day, long from, int count, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>([]);

        public async Task<IReadOnlyList<LedgerCell>> ReadCellsAsync(string tenantId, DateOnly day, CancellationToken cancellationToken)
        {
            lock (_lock)
                MostAtOnce = Math.Max(MostAtOnce, ++_reading);
            await Task.Delay(100, cancellationToken);
            lock (_lock)
                _reading--;
            var totals = new LedgerTotals();
            return [totals.Add(TestEntry.Of(1) with { At = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) })];
        }
    }
}
