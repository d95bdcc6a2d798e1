using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Grains.Abstractions.Ledger;

namespace OrleansLlm.Grains.Ledger;

/// <inheritdoc cref="IBudgetGrain"/>
/// <remarks>
/// What is granted stands in the log first. The log knows one writer: an activation that was left behind can store nothing, and so grants
/// nothing. Reentrant, so that calls which come while a write is under way go into the next one together.
/// </remarks>
[Reentrant]
internal sealed class BudgetGrain(BudgetStore store, IBudgetAlerts alerts, TimeProvider time, ILogger<BudgetGrain> logger) : Grain, IBudgetGrain
{
    private const int CompactAfter = 10_000;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly BudgetReply Granted = new() { Outcome = BudgetOutcome.Granted };
    private static readonly BudgetReply Unavailable = new() { Outcome = BudgetOutcome.Unavailable };

    private readonly BudgetBook _book = new();
    private readonly HashSet<BudgetAlert> _sending = [];

    // Reservations that are being stored: who had no answer in time and asks again for the same gets that of the first.
    private readonly Dictionary<string, Task<BudgetReply>> _storing = new(StringComparer.Ordinal);

    // Those that may have been stored although that failed, and are taken back.
    private readonly HashSet<string> _unstored = new(StringComparer.Ordinal);
    private List<Line> _waiting = [];
    private Task _writing = Task.CompletedTask;
    private IShardLog _log = null!;
    private int _lines;

    private string Tenant => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _log = await store.Logs.OpenAsync("budget:" + Tenant, cancellationToken);
        await foreach (var lines in _log.ReadAsync(cancellationToken))
        {
            foreach (var line in lines)
            {
                // A line that cannot be read may be money spent: better no grant than a wrong one.
                _book.Apply(BudgetRecord.FromUtf8Json(line) ?? throw new InvalidDataException($"The budget log of tenant '{Tenant}' holds a line that cannot be read."));
                _lines++;
            }
        }

        this.RegisterGrainTimer(OnTickAsync, new GrainTimerCreationOptions { DueTime = Tick, Period = Tick, Interleave = true });
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _writing;

    public Task<BudgetReply> ReserveAsync(BudgetRequest request)
    {
        if (_storing.TryGetValue(request.Id, out var first))
            return first;
        // Granted again it would be taken back under a call that goes out.
        if (_unstored.Contains(request.Id))
            return Task.FromResult(Unavailable);
        if (_book.IsOutstanding(request.Id))
            return Task.FromResult(Granted);
        var at = _book.NotBefore(time.GetUtcNow());
        var reservation = new BudgetReservation(request.Id, request.MaxUsd, at, at + request.Lease, [.. request.Caps.Select(static c => c.ToLimit())]);
        var decision = _book.Decide(reservation);
        if (decision.Refused is { } cap)
        {
            _book.NoteRefusal(reservation, decision);
            return Task.FromResult(new BudgetReply { Outcome = BudgetOutcome.Refused, Cap = BudgetCap.From(cap), AvailableUsd = decision.AvailableUsd, ResetsAt = decision.ResetsAt });
        }

        var storing = StoreAsync(reservation);
        if (!storing.IsCompleted)
            _storing.Add(request.Id, storing);
        return storing;
    }

    private async Task<BudgetReply> StoreAsync(BudgetReservation reservation)
    {
        var record = new BudgetRecord { Reserved = reservation };
        // At once, so that the next decision counts it.
        _book.Apply(record);
        try
        {
            await WriteAsync(record);
            return Granted;
        }
        catch (Exception e)
        {
            BudgetLog.NotReserved(logger, e, Tenant);
            // It may have been stored all the same; the call is not made.
            _unstored.Add(reservation.Id);
            _book.Apply(new BudgetRecord { Settled = new BudgetSettlement(reservation.Id, 0m) });
            return Unavailable;
        }
        finally
        {
            _storing.Remove(reservation.Id);
        }
    }

    public Task SettleAsync(BudgetCost[] costs) => Task.WhenAll(costs
        .Where(c => _book.IsOutstanding(c.Id))
        .Select(c => WriteAsync(new BudgetRecord { Settled = new BudgetSettlement(c.Id, c.CostUsd) })));

    public ValueTask<BudgetStatus[]> ListAsync()
    {
        var now = time.GetUtcNow();
        return new([.. _book.Accounts.Where(a => a.ResetsAt > now).Select(static a =>
            new BudgetStatus(BudgetCap.From(a.Limit), a.WindowStart, a.ResetsAt, a.SpentUsd, a.ReservedUsd))]);
    }

    private Task WriteAsync(BudgetRecord record)
    {
        var line = new Line(record, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting.Add(line);
        if (_writing.IsCompleted)
            _writing = DrainAsync();
        return line.Stored.Task;
    }

    // One write at a time, of all that came during the last one. Never throws.
    private async Task DrainAsync()
    {
        while (_waiting.Count > 0)
        {
            var batch = _waiting;
            _waiting = [];
            try
            {
                await AppendAsync(batch);
            }
            catch (Exception e)
            {
                batch.ForEach(line => line.Stored.TrySetException(e));
                continue;
            }

            foreach (var line in batch)
            {
                // What a reservation or a lost one changes was counted when it came, and counting again changes nothing.
                _book.Apply(line.Record);
                line.Stored.TrySetResult();
            }

            _lines += batch.Count;
            if (_lines > CompactAfter)
                await CompactAsync();
        }
    }

    private async Task AppendAsync(List<Line> batch)
    {
        byte[][] lines = [.. batch.Select(static l => l.Record.ToUtf8Json())];
        var outcome = await _log.AppendAsync(lines, CancellationToken.None);
        if (outcome == ShardWriteOutcome.Lost)
        {
            // An emptied store gives no tenant its money back.
            BudgetLog.Restored(logger, Tenant);
            outcome = await _log.RestoreAsync([new BudgetRecord { Snapshot = _book.ToSnapshot() }.ToUtf8Json(), .. lines], CancellationToken.None);
            _lines = 1;
        }

        if (outcome == ShardWriteOutcome.Written)
            return;
        DeactivateOnIdle();
        throw new InvalidOperationException("Another activation keeps these budgets now.");
    }

    private async Task CompactAsync()
    {
        try
        {
            _book.DropPast(time.GetUtcNow());
            var whole = new BudgetRecord { Snapshot = _book.ToSnapshot() };
            if (await _log.BeginSnapshotAsync(CancellationToken.None) == ShardWriteOutcome.Written
                && await _log.AddToSnapshotAsync([whole.ToUtf8Json()], CancellationToken.None) == ShardWriteOutcome.Written
                && await _log.SwitchToSnapshotAsync([], CancellationToken.None) == ShardWriteOutcome.Written)
                _lines = 1;
        }
        catch (Exception e)
        {
            // The log stays as it is, only longer.
            BudgetLog.NotCompacted(logger, e, Tenant);
        }
    }

    private async Task OnTickAsync(CancellationToken cancellationToken)
    {
        var now = _book.NotBefore(time.GetUtcNow());
        if (_book.Expire(now) is var expired and > 0)
            BudgetLog.LeasesEnded(logger, expired, Tenant);
        foreach (var alert in _book.AlertsDue(now))
        {
            if (_sending.Add(alert))
                _ = SendAsync(alert);
        }

        if (_unstored.Count == 0)
            return;
        var again = _unstored.ToArray();
        try
        {
            await Task.WhenAll(again.Select(id => WriteAsync(new BudgetRecord { Settled = new BudgetSettlement(id, 0m) })));
            _unstored.ExceptWith(again);
        }
        catch (Exception)
        {
            // The next tick tries again.
        }
    }

    private async Task SendAsync(BudgetAlert alert)
    {
        try
        {
            BudgetLog.StepReached(logger, Tenant, alert.Percent, alert.Account.Scope, alert.Account.Subject, alert.Account.Window);
            if (await alerts.SendAsync(Tenant, alert))
                await WriteAsync(new BudgetRecord { Alerted = alert });
        }
        catch (Exception e)
        {
            BudgetLog.AlertFailed(logger, e, Tenant);
        }
        finally
        {
            _sending.Remove(alert);
        }
    }

    private sealed record Line(BudgetRecord Record, TaskCompletionSource Stored);
}
