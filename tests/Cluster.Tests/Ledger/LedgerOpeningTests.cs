using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.TestingHost;
using OrleansLlm.Cluster.Tests.Storage;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Silo.Storage;
using StackExchange.Redis;

namespace OrleansLlm.Cluster.Tests.Ledger;

/// <summary>A ledger that is opened by calls that come beside each other.</summary>
public sealed class LedgerOpeningTests
{
    private const string Tenant = "tenant";

    private static readonly DateTimeOffset s_at = TimeProvider.System.GetUtcNow();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Append_BesideAReadThatOpens_CountsOnceHoweverOftenItIsDelivered()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var connection = await redis.ConnectAsync();
        var options = Options.Create(new LedgerOptions());
        var order = new Order(new RedisLedgerStore(connection, new RedisLedgerEntries(connection, options, TimeProvider.System), options, TimeProvider.System));
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<ILedgerStore>(order);
            silo.Services.AddSingleton<IIncomingGrainCallFilter>(order);
            silo.Services.AddSingleton(options);
            silo.Services.AddSingleton(TimeProvider.System);
        });
        await using var cluster = builder.Build();
        await cluster.DeployAsync(Cancel);
        var ledger = cluster.Client.GetGrain<ILedgerGrain>(Tenant);

        byte[] batch = [.. JsonSerializer.SerializeToUtf8Bytes(Entry(), LedgerJson.Default.LedgerEntry), (byte)'\n'];
        var appending = ledger.AppendAsync(batch);
        await order.AppendOpens.WaitAsync(Cancel);
        await Task.WhenAll(appending, ledger.ReadAsync(LedgerBook.DayOf(Entry()), 0, 10));
        await ledger.AppendAsync(batch);

        var day = LedgerBook.DayOf(Entry());
        var total = LedgerTotals.FromUtf8Json(await ledger.TotalsAsync(day, day)).Report(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue).Total;
        Assert.Equal((1, 0.001m), (total.Requests, total.CostUsd));
        Assert.Single(LedgerLine.Split(await ledger.ReadAsync(day, 0, 10)));
    }

    private static LedgerEntry Entry() => TestEntry.Of(1) with { At = s_at };

    /// <summary>The store, as late as it may be: the append's opening ends once the read has come, the read's while the append looks for its day's sums, which it gets last.</summary>
    private sealed class Order(ILedgerStore store) : ILedgerStore, IIncomingGrainCallFilter
    {
        private readonly TaskCompletionSource _appendOpens = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _readCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _sumsAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _readEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _openings;

        public Task AppendOpens => _appendOpens.Task;

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            var call = context.Invoke();
            if (context.MethodName != nameof(ILedgerGrain.ReadAsync))
            {
                await call;
                return;
            }

            _readCame.TrySetResult();
            await call;
            _readEnded.TrySetResult();
        }

        public async Task<ILedgerLog> OpenAsync(string tenantId, CancellationToken cancellationToken)
        {
            var isFirst = Interlocked.Increment(ref _openings) == 1;
            var log = await store.OpenAsync(tenantId, cancellationToken);
            _appendOpens.TrySetResult();
            await (isFirst ? _readCame : _sumsAsked).Task;
            return log;
        }

        public async Task<IReadOnlyList<LedgerCell>> ReadCellsAsync(string tenantId, DateOnly day, CancellationToken cancellationToken)
        {
            _sumsAsked.TrySetResult();
            var cells = await store.ReadCellsAsync(tenantId, day, cancellationToken);
            await _readEnded.Task;
            return cells;
        }

        public Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(string tenantId, DateOnly day, long from, int count, CancellationToken cancellationToken) =>
            store.ReadAsync(tenantId, day, from, count, cancellationToken);
    }
}
