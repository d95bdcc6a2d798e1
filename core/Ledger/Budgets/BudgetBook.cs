namespace OrleansLlm.Core.Ledger.Budgets;

/// <summary>
/// The budgets of one tenant: a call is granted where its greatest possible cost fits beside what is spent and what is set aside for others,
/// in every window it counts into. What a call cost is settled when it ends; a call that is never heard of again has cost its maximum.
/// So no cap is exceeded as long as no call costs more than was set aside for it. Not safe for concurrent use: one writer owns it.
/// </summary>
public sealed class BudgetBook
{
    private static readonly int[] AlertSteps = [100, 80, 50];

    private readonly Dictionary<BudgetAccountId, BudgetAccount> _accounts = [];
    private readonly Dictionary<string, BudgetReservation> _outstanding = new(StringComparer.Ordinal);
    private readonly Dictionary<BudgetAccountId, DateTimeOffset> _exhausted = [];
    private DateTimeOffset _latest = DateTimeOffset.MinValue;

    public IReadOnlyCollection<BudgetAccount> Accounts => _accounts.Values;

    /// <summary>Calls under way.</summary>
    public int Outstanding => _outstanding.Count;

    /// <summary>The instant that a reservation made now is made at: windows only move on, whatever a clock does.</summary>
    public DateTimeOffset NotBefore(DateTimeOffset now) => now > _latest ? now : _latest;

    /// <summary>Whether <paramref name="reservation"/>, made at an instant that <see cref="NotBefore"/> gave, fits; changes nothing. One that was granted before is granted again.</summary>
    public BudgetDecision Decide(BudgetReservation reservation)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        if (_outstanding.ContainsKey(reservation.Id))
            return default;
        foreach (var limit in reservation.Limits)
        {
            var account = Current(limit, reservation.At);
            // Less than nothing would make room for other calls.
            if (reservation.MaxUsd < 0 || reservation.MaxUsd > account.AvailableUsd)
                return new BudgetDecision(limit, account.AvailableUsd, account.ResetsAt);
        }

        return default;
    }

    /// <summary>
    /// A call was refused; where it would not fit beside the spending alone, the cap counts as used up for alerts. One that the whole cap has no room for tells
    /// nothing of what is used, and would keep the alerts of steps that spending reaches later from being sent.
    /// </summary>
    public void NoteRefusal(BudgetReservation reservation, BudgetDecision decision)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        if (decision.Refused is not { } limit)
            return;
        var account = _accounts[limit.Account] = Current(limit, reservation.At);
        if (reservation.MaxUsd <= limit.LimitUsd && reservation.MaxUsd > limit.LimitUsd - account.SpentUsd)
            _exhausted[limit.Account] = account.WindowStart;
    }

    /// <summary>Takes a line of the log into account. Lines about calls that are not under way change nothing.</summary>
    public void Apply(BudgetRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Snapshot is { } snapshot)
            Restore(snapshot);
        else if (record.Reserved is { } reserved)
            Reserve(reserved);
        else if (record.Settled is { } settled)
            Settle(settled);
        else if (record.Alerted is { } alert && _accounts.TryGetValue(alert.Account, out var account) && account.WindowStart == alert.WindowStart)
            _accounts[alert.Account] = account with { AlertedPercent = Math.Max(account.AlertedPercent, alert.Percent) };
    }

    /// <summary>Whether the call is under way, so that settling it changes something.</summary>
    public bool IsOutstanding(string id) => _outstanding.ContainsKey(id);

    /// <summary>Counts calls whose lease has ended as spent at their maximum; returns how many.</summary>
    public int Expire(DateTimeOffset now)
    {
        var ended = _outstanding.Values.Where(r => r.LeaseEndsAt <= now).ToList();
        foreach (var reservation in ended)
            Settle(new BudgetSettlement(reservation.Id, null));
        return ended.Count;
    }

    /// <summary>Forgets accounts whose window is over and which nothing under way counts into.</summary>
    public void DropPast(DateTimeOffset now)
    {
        foreach (var (id, account) in _accounts.Where(a => a.Value.ResetsAt <= now && a.Value.ReservedUsd == 0).ToList())
            _accounts.Remove(id);
    }

    /// <summary>Steps of caps that spending has reached in windows still open at <paramref name="now"/>, the highest of each that was not told yet.</summary>
    public IReadOnlyList<BudgetAlert> AlertsDue(DateTimeOffset now)
    {
        List<BudgetAlert>? due = null;
        foreach (var (id, account) in _accounts)
        {
            if (account.ResetsAt <= now || account.Limit.LimitUsd <= 0)
                continue;
            var exhausted = _exhausted.TryGetValue(id, out var window) && window == account.WindowStart;
            var percent = exhausted ? 100 : Array.Find(AlertSteps, p => account.SpentUsd * 100 >= account.Limit.LimitUsd * p);
            if (percent > account.AlertedPercent)
                (due ??= []).Add(new BudgetAlert(id, account.WindowStart, percent, account.Limit.LimitUsd, account.SpentUsd));
        }

        return due ?? (IReadOnlyList<BudgetAlert>)[];
    }

    public BudgetSnapshot ToSnapshot() => new([.. _accounts.Values], [.. _outstanding.Values]);

    private BudgetAccount Current(BudgetLimit limit, DateTimeOffset at)
    {
        var start = BudgetWindows.StartOf(limit.Window, at);
        if (!_accounts.TryGetValue(limit.Account, out var account) || account.WindowStart < start)
            return new BudgetAccount(limit, start, 0m, 0m, 0);
        // Another amount has steps of its own.
        return account.Limit == limit ? account : account with { Limit = limit, AlertedPercent = 0 };
    }

    private void Reserve(BudgetReservation reservation)
    {
        if (!_outstanding.TryAdd(reservation.Id, reservation))
            return;
        _latest = NotBefore(reservation.At);
        foreach (var limit in reservation.Limits)
        {
            var account = Current(limit, reservation.At);
            _accounts[limit.Account] = account with { ReservedUsd = account.ReservedUsd + reservation.MaxUsd };
        }
    }

    private void Settle(BudgetSettlement settlement)
    {
        if (!_outstanding.Remove(settlement.Id, out var reservation))
            return;
        foreach (var limit in reservation.Limits)
        {
            // Where a later window has begun, the reservation's own is over, and nothing is left of it to correct.
            if (_accounts.TryGetValue(limit.Account, out var account) && account.WindowStart == BudgetWindows.StartOf(limit.Window, reservation.At))
                _accounts[limit.Account] = account with { SpentUsd = account.SpentUsd + (settlement.CostUsd ?? reservation.MaxUsd), ReservedUsd = account.ReservedUsd - reservation.MaxUsd };
        }
    }

    private void Restore(BudgetSnapshot snapshot)
    {
        _accounts.Clear();
        _outstanding.Clear();
        foreach (var account in snapshot.Accounts)
        {
            _accounts[account.Limit.Account] = account;
            _latest = NotBefore(account.WindowStart);
        }

        foreach (var reservation in snapshot.Outstanding)
        {
            _outstanding[reservation.Id] = reservation;
            _latest = NotBefore(reservation.At);
        }
    }
}
