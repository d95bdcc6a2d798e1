namespace OrleansLlm.Cluster.Tests.Faults;

/// <summary>
/// Calls against one hard cap, with the times at which each was asked for and had returned: whether some order of them, each taking effect at one
/// moment between its two times, spends no more than the cap and refuses nothing that fits.
/// </summary>
internal static class BudgetHistory
{
    /// <summary>The most that any order has spent at its end: what was billed, whoever got the answer.</summary>
    public static decimal Spent(IEnumerable<Call> calls) => calls.Where(static c => c.BilledUsd is not null).Sum(static c => c.BilledUsd!.Value);

    /// <summary>
    /// Refusals that no order explains: even with every call that had been asked for before the refusal returned counted at the most it could cost,
    /// the refused one fits.
    /// </summary>
    public static IEnumerable<Call> Unjustified(IReadOnlyCollection<Call> calls, decimal capUsd) => calls.Where(r =>
        r.IsRefused && calls.Where(c => !ReferenceEquals(c, r) && !c.IsRefused && c.Asked < r.Returned).Sum(static c => c.MostUsd) + r.MostUsd <= capUsd);

    /// <summary>A call.</summary>
    /// <param name="MostUsd">What is set aside for it.</param>
    /// <param name="BilledUsd">What the provider billed; null where it was not asked.</param>
    /// <param name="IsRefused">Whether it was told that the budget forbids it.</param>
    /// <param name="Asked">Timestamp.</param>
    /// <param name="Returned">Timestamp.</param>
    internal sealed record Call(decimal MostUsd, decimal? BilledUsd, bool IsRefused, long Asked, long Returned);
}
