namespace OrleansLlm.Core.Ledger.Budgets;

/// <summary>Money set aside for a call that is under way.</summary>
/// <param name="Id">The call's; unique.</param>
/// <param name="MaxUsd">The most it can cost.</param>
/// <param name="At">When it was made: it counts into the windows of that instant, whenever the call ends.</param>
/// <param name="LeaseEndsAt">After which it is spent, all of it, unless it was settled before.</param>
/// <param name="Limits">The caps it counts against.</param>
public sealed record BudgetReservation(string Id, decimal MaxUsd, DateTimeOffset At, DateTimeOffset LeaseEndsAt, IReadOnlyList<BudgetLimit> Limits);
