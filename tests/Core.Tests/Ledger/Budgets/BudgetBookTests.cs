using OrleansLlm.Core.Ledger.Budgets;

namespace OrleansLlm.Core.Tests.Ledger.Budgets;

public sealed class BudgetBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 30, 23, 58, 0, TimeSpan.Zero);
    private static readonly BudgetLimit Daily = new(BudgetScope.Tenant, "", BudgetWindow.Day, 10m);

    private static readonly BudgetLimit[] Caps =
    [
        Daily,
        new(BudgetScope.Tenant, "", BudgetWindow.Month, 25m),
        new(BudgetScope.Project, "p", BudgetWindow.Minute, 6m),
        new(BudgetScope.Key, "k", BudgetWindow.Hour, 8m),
    ];

    private enum Step
    {
        Reserve,
        Settle,
        Wait,
        Restart,
    }

    [Fact]
    public void Book_AnyTraffic_NeverExceedsACapAndRefusesNothingThatFits() =>
        Gen.Select(Gens.Of(Step.Reserve, Step.Reserve, Step.Reserve, Step.Settle, Step.Settle, Step.Wait, Step.Restart), Gen.Int[0, 400], Gen.Int[0, 14])
            .Array[1, 120].Sample(steps =>
            {
                var clock = Start;
                var log = new List<byte[]>();
                var book = new BudgetBook();
                // The oracle knows nothing of windows but their bounds: every call ever granted, and what it came to.
                var calls = new List<Call>();
                foreach (var (step, amount, choice) in steps)
                {
                    switch (step)
                    {
                        case Step.Reserve:
                            var caps = Caps.Where((_, i) => ((choice + 1) >> i) % 2 == 1).ToArray();
                            var reservation = new BudgetReservation($"c{calls.Count}.{log.Count}.{clock.Ticks}", amount / 100m, clock, clock.AddMinutes(10), caps);
                            var fits = caps.All(c => Committed(calls, c, clock) + reservation.MaxUsd <= c.LimitUsd);
                            Assert.Equal(fits, book.Decide(reservation).IsGranted);
                            if (fits)
                            {
                                Write(book, log, new BudgetRecord { Reserved = reservation });
                                calls.Add(new Call(reservation));
                            }

                            break;
                        case Step.Settle when calls.Count > 0:
                            var call = calls[amount % calls.Count];
                            decimal? cost = choice == 0 ? null : decimal.Round(call.Reservation.MaxUsd * choice / 14, 6);
                            // As the grain does: what is not under way is not written either.
                            if (!book.IsOutstanding(call.Reservation.Id))
                                break;
                            call.CostUsd = cost ?? call.Reservation.MaxUsd;
                            Write(book, log, new BudgetRecord { Settled = new BudgetSettlement(call.Reservation.Id, cost) });
                            break;
                        case Step.Wait:
                            clock = clock.AddSeconds(amount * (choice + 1));
                            book.Expire(clock);
                            break;
                        case Step.Restart:
                            // From the log, or from a snapshot in its place.
                            if (choice % 2 == 0)
                            {
                                log.Clear();
                                log.Add(new BudgetRecord { Snapshot = book.ToSnapshot() }.ToUtf8Json());
                            }

                            book = new BudgetBook();
                            log.ForEach(line => book.Apply(BudgetRecord.FromUtf8Json(line)!));
                            book.Expire(clock);
                            break;
                    }

                    foreach (var cap in Caps)
                        Assert.True(Committed(calls, cap, clock) <= cap.LimitUsd);
                    foreach (var account in book.Accounts.Where(a => a.ResetsAt > clock))
                        Assert.Equal(Committed(calls, account.Limit, clock), account.SpentUsd + account.ReservedUsd);
                }
            });

    [Fact]
    public void Decide_WouldExceed_NamesTheCapAndWhenItBeginsAnew()
    {
        var book = new BudgetBook();
        Write(book, [], new BudgetRecord { Reserved = Reserve("a", 9m, Start) });
        var decision = book.Decide(Reserve("b", 1.01m, Start));
        Assert.Equal(Daily, decision.Refused);
        Assert.Equal(1m, decision.AvailableUsd);
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), decision.ResetsAt);
        Assert.True(book.Decide(Reserve("b", 1m, Start)).IsGranted);
    }

    [Fact]
    public void Decide_LessThanNothing_IsRefusedAndUsesNoCapUp()
    {
        var book = new BudgetBook();
        var reservation = Reserve("a", -0.01m, Start);
        var decision = book.Decide(reservation);
        Assert.Equal((Daily, 10m), (decision.Refused, decision.AvailableUsd));
        book.NoteRefusal(reservation, decision);
        Assert.Empty(book.AlertsDue(Start));
        Assert.True(book.Decide(Reserve("b", 10m, Start)).IsGranted);
    }

    [Fact]
    public void Settle_AfterTheWindow_LeavesTheNextOneAlone()
    {
        var book = new BudgetBook();
        Write(book, [], new BudgetRecord { Reserved = Reserve("late", 9m, Start) });
        Write(book, [], new BudgetRecord { Reserved = Reserve("next", 9m, Start.AddMinutes(5)) });
        Write(book, [], new BudgetRecord { Settled = new BudgetSettlement("late", 9m) });
        var account = Assert.Single(book.Accounts);
        Assert.Equal((0m, 9m), (account.SpentUsd, account.ReservedUsd));
    }

    [Fact]
    public void NotBefore_ClockGoesBack_DoesNotOpenASpentWindowAnew()
    {
        var book = new BudgetBook();
        Write(book, [], new BudgetRecord { Reserved = Reserve("a", 10m, Start.AddMinutes(5)) });
        var at = book.NotBefore(Start);
        Assert.Equal(Start.AddMinutes(5), at);
        Assert.False(book.Decide(Reserve("b", 1m, at)).IsGranted);
        // And after a restart.
        var again = new BudgetBook();
        again.Apply(new BudgetRecord { Snapshot = book.ToSnapshot() });
        Assert.Equal(at, again.NotBefore(Start));
    }

    [Fact]
    public void Expire_NeverSettled_HasCostItsMaximum()
    {
        var book = new BudgetBook();
        Write(book, [], new BudgetRecord { Reserved = Reserve("lost", 4m, Start.AddMinutes(-30)) });
        Assert.Equal(0, book.Expire(Start.AddMinutes(-21)));
        Assert.Equal(1, book.Expire(Start.AddMinutes(-20)));
        Assert.Equal((4m, 0m), (book.Accounts.Single().SpentUsd, book.Accounts.Single().ReservedUsd));
        Assert.Equal(0, book.Outstanding);
    }

    [Theory]
    [InlineData(4.99, 0)]
    [InlineData(5, 50)]
    [InlineData(8, 80)]
    [InlineData(10, 100)]
    public void AlertsDue_StepReached_IsToldOnceForTheWindow(decimal spent, int percent)
    {
        var book = new BudgetBook();
        Spend(book, "a", spent, Start);
        var due = book.AlertsDue(Start);
        Assert.Equal(percent, due.Count == 0 ? 0 : Assert.Single(due).Percent);
        foreach (var alert in due)
            book.Apply(new BudgetRecord { Alerted = alert });
        Assert.Empty(book.AlertsDue(Start));
        // The next day has steps of its own.
        Spend(book, "b", 5m, Start.AddMinutes(2));
        Assert.Equal(50, Assert.Single(book.AlertsDue(Start.AddMinutes(2))).Percent);
    }

    [Fact]
    public void AlertsDue_RefusedForWhatIsSpent_IsAHundred()
    {
        var book = new BudgetBook();
        Spend(book, "a", 9m, Start);
        var reservation = Reserve("b", 2m, Start);
        book.NoteRefusal(reservation, book.Decide(reservation));
        Assert.Equal(100, Assert.Single(book.AlertsDue(Start)).Percent);
    }

    [Fact]
    public void AlertsDue_RefusedForWhatIsOnlySetAside_IsNone()
    {
        var book = new BudgetBook();
        Write(book, [], new BudgetRecord { Reserved = Reserve("a", 9m, Start) });
        var reservation = Reserve("b", 2m, Start);
        book.NoteRefusal(reservation, book.Decide(reservation));
        Assert.Empty(book.AlertsDue(Start));
    }

    // A model's longest answer may cost more than a small cap by itself; the steps that spending reaches later must still be told.
    [Fact]
    public void AlertsDue_RefusedForMoreThanTheWholeCap_IsOfWhatIsSpent()
    {
        var book = new BudgetBook();
        var reservation = Reserve("a", 11m, Start);
        book.NoteRefusal(reservation, book.Decide(reservation));
        Assert.Empty(book.AlertsDue(Start));
        Spend(book, "b", 5m, Start);
        book.NoteRefusal(reservation, book.Decide(reservation));
        Assert.Equal(50, Assert.Single(book.AlertsDue(Start)).Percent);
    }

    private static void Spend(BudgetBook book, string id, decimal usd, DateTimeOffset at)
    {
        Write(book, [], new BudgetRecord { Reserved = Reserve(id, usd, at) });
        Write(book, [], new BudgetRecord { Settled = new BudgetSettlement(id, usd) });
    }

    private static BudgetReservation Reserve(string id, decimal max, DateTimeOffset at) => new(id, max, at, at.AddMinutes(10), [Daily]);

    private static void Write(BudgetBook book, List<byte[]> log, BudgetRecord record)
    {
        book.Apply(record);
        log.Add(record.ToUtf8Json());
    }

    private static decimal Committed(IEnumerable<Call> calls, BudgetLimit cap, DateTimeOffset clock)
    {
        var from = BudgetWindows.StartOf(cap.Window, clock);
        var to = BudgetWindows.EndOf(cap.Window, from);
        return calls.Where(c => c.Reservation.Limits.Contains(cap) && c.Reservation.At >= from && c.Reservation.At < to).Sum(c => c.CostUsd ?? c.Reservation.MaxUsd);
    }

    private sealed class Call(BudgetReservation reservation)
    {
        public BudgetReservation Reservation => reservation;

        public decimal? CostUsd { get; set; }
    }
}
