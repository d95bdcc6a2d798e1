using System.ComponentModel.DataAnnotations;
using OrleansLlm.Core.Ledger.Budgets;

namespace OrleansLlm.Grains.Abstractions.Tenants;

/// <summary><c>…:Budgets</c>: hard caps in USD by window (UTC). Nothing is sent upstream that might exceed one. Default: none.</summary>
public sealed class BudgetAmounts
{
    private const double Most = 1_000_000_000;

    /// <value>USD per minute, 0 to a billion; 0 forbids all that costs.</value>
    [Range(0.0, Most)]
    public decimal? Minute { get; set; }

    /// <value>USD per hour.</value>
    [Range(0.0, Most)]
    public decimal? Hour { get; set; }

    /// <value>USD per day.</value>
    [Range(0.0, Most)]
    public decimal? Day { get; set; }

    /// <value>USD per calendar month.</value>
    [Range(0.0, Most)]
    public decimal? Month { get; set; }

    /// <summary>The caps that are set, for one subject.</summary>
    public IReadOnlyList<BudgetLimit> ToLimits(BudgetScope scope, string subject) =>
    [
        .. new[] { (BudgetWindow.Minute, Minute), (BudgetWindow.Hour, Hour), (BudgetWindow.Day, Day), (BudgetWindow.Month, Month) }
            .Where(static b => b.Item2 is not null).Select(b => new BudgetLimit(scope, subject, b.Item1, b.Item2!.Value)),
    ];
}
