using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLlm.Grains.Abstractions.Ledger;

namespace OrleansLlm.Grains.Ledger;

/// <summary>
/// Tells the tenants' budgets what this silo's calls cost, off the reply path. What cannot be told is kept, up to a bound, and tried again; what is
/// lost with the silo has cost its maximum.
/// </summary>
public sealed class SpendSettler(IGrainFactory grains, TimeProvider time, ILogger<SpendSettler> logger) : BackgroundService
{
    private const int MostQueued = 100_000;
    private const int MostInBatch = 500;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(5);

    private readonly Channel<(string Tenant, BudgetCost Cost)> _queue =
        Channel.CreateBounded<(string, BudgetCost)>(new BoundedChannelOptions(MostQueued) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Takes a cost; never waits.</summary>
    internal void Settle(string tenantId, BudgetCost cost)
    {
        if (!_queue.Writer.TryWrite((tenantId, cost)))
            BudgetLog.SettlementsLost(logger, 1);
    }

    /// <summary>Tells what is left; called when the silo stops, before its grains do.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SettleAsync(Waiting());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                if (!await SettleAsync(Waiting()))
                    await Task.Delay(RetryInterval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private List<(string Tenant, BudgetCost Cost)> Waiting()
    {
        var waiting = new List<(string, BudgetCost)>();
        while (_queue.Reader.TryRead(out var next))
            waiting.Add(next);
        return waiting;
    }

    private async Task<bool> SettleAsync(List<(string Tenant, BudgetCost Cost)> costs)
    {
        var settled = await Task.WhenAll(costs.GroupBy(static c => c.Tenant).SelectMany(static t => t.Chunk(MostInBatch).Select(c => (t.Key, c))).Select(async part =>
        {
            var batch = part.c.Select(static c => c.Cost).ToArray();
            try
            {
                await grains.GetGrain<IBudgetGrain>(part.Key).SettleAsync(batch).WaitAsync(LongestAttempt, time);
                return true;
            }
            catch (Exception e)
            {
                BudgetLog.NotSettled(logger, e, batch.Length, part.Key);
                foreach (var cost in batch)
                    Settle(part.Key, cost);
                return false;
            }
        }));
        return Array.TrueForAll(settled, static s => s);
    }
}
