using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Client.Pages.Savings;

/// <summary>What the savings page adds up of the tenants' ledgers as it reads them, one after the other.</summary>
/// <param name="period">The period that the page shows.</param>
internal sealed class PageSums(SavingsPeriod period)
{
    private readonly SavingsTally _tally = new();
    private readonly SortedDictionary<DateTimeOffset, LedgerSums> _hours = [];
    private readonly List<TenantSums> _tenants = [];

    /// <summary>The first instant that is read: enough for the longest period and for the month's forecast.</summary>
    public DateTimeOffset From => period.Midnight.AddDays(-31);

    /// <summary>Sums of each tenant in the period, in the order in which they were added.</summary>
    public IReadOnlyList<TenantSums> Tenants => _tenants;

    /// <summary>Requests of the period that another model than the requested one answered.</summary>
    public long Routed { get; private set; }

    /// <summary>Sums of the period by requested and used model.</summary>
    public IReadOnlyDictionary<(string Requested, string Used), LedgerSums> Models => _tally.Models;

    public SavingsReport Report => _tally.Report(period.From, period.To);

    public MonthForecast? Forecast => MonthForecast.Of([.. _hours.Select(static h => new HourSums(h.Key, h.Value))], period.Now);

    public void Add(string tenant, LedgerTotals totals)
    {
        var sums = LedgerSums.Zero;
        foreach (var cell in totals.Cells(From, period.To))
        {
            _hours[cell.Hour] = _hours.GetValueOrDefault(cell.Hour, LedgerSums.Zero) + cell.Sums;
            if (cell.Hour < period.From)
                continue;
            _tally.Add(cell);
            sums += cell.Sums;
            if (cell.Sums.Saved.Routing != 0)
                Routed += cell.Sums.Misses + cell.Sums.Bypassed;
        }

        _tenants.Add(new TenantSums(tenant, sums));
    }
}
