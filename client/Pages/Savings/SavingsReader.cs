using System.Text.Json;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Pages.Savings;

/// <summary>Gathers the figures of the savings page from the tenants' grains.</summary>
internal sealed class SavingsReader(IClusterClient cluster, TenantDirectory directory, TimeProvider time)
{
    private const string SimulatedProvider = "simulator";
    private const int LatestInAll = 1000;
    private const int FewestLatest = 50;
    private const int MostTop = 8;
    private const int MostServed = 100;

    // A page of an operator asks each tenant for its sums, fewer for their latest entries, and the busiest for the rest.
    private const int MostTenantsOfLatest = 200;
    private const int MostTenantsInDetail = 20;

    public async Task<SavingsView> ReadAsync(string? days, string tenant, IReadOnlyList<string> tenants)
    {
        var period = SavingsPeriod.Read(days, time.GetUtcNow());
        // Enough for the longest choice and for the month's forecast.
        var first = DateOnly.FromDateTime(period.Midnight.AddDays(-31).UtcDateTime);
        var last = DateOnly.FromDateTime(period.Now.UtcDateTime);
        var latest = LatestAsync(tenants);
        var models = cluster.GetGrain<ICatalogGrain>(0).ListAsync().AsTask();
        var parts = await Task.WhenAll(tenants.Select(t => CellsAsync(t, first, last)));
        var sums = parts.Select(p => Totals(p).Report(period.From, period.To).Total).ToList();
        var busiest = tenants.Zip(sums).OrderByDescending(static t => t.Second.Requests).Take(MostTenantsInDetail).Select(static t => t.First).ToHashSet(StringComparer.Ordinal);
        var figures = await Task.WhenAll(tenants.Select((t, i) => TenantAsync(t, sums[i], busiest.Contains(t))));
        var all = Totals(parts.SelectMany(static p => p));
        return new SavingsView(
            period,
            tenant,
            figures,
            all.Report(period.From, period.To),
            [.. parts.SelectMany(static p => p).Where(c => c.Hour >= period.From && c.Hour < period.To)],
            MonthForecast.Of(all.Report(period.Midnight.AddDays(-31), period.To).ByHour, period.Now),
            await latest,
            TopQuestion.Of((await latest).All, figures.Where(t => ShowsText(t.Name)).ToDictionary(static t => t.Name, static t => t.MostServed), MostTop),
            (await latest).HasProvider(SimulatedProvider) || (await models).Any(static m => m.OwnedBy == SimulatedProvider));
    }

    /// <summary>The latest entries of <paramref name="tenants"/> today and, where today has few, yesterday.</summary>
    public async Task<LatestRequests> LatestAsync(IReadOnlyList<string> tenants)
    {
        var asked = tenants.Take(MostTenantsOfLatest).ToList();
        var each = Math.Max(LatestRequests.Shown, LatestInAll / Math.Max(1, asked.Count));
        var entries = await Task.WhenAll(asked.Select(t => LatestAsync(t, each)));
        return new LatestRequests([.. entries.SelectMany(static e => e).OrderByDescending(static e => e.At).Take(LatestInAll)]) { OfSeveral = tenants.Count > 1 };
    }

    private async Task<IEnumerable<LedgerEntry>> LatestAsync(string tenant, int count)
    {
        var ledger = cluster.GetGrain<ILedgerGrain>(tenant);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var found = new List<LedgerEntry>();
        for (var day = today; day >= today.AddDays(-1) && found.Count < Math.Min(FewestLatest, count); day = day.AddDays(-1))
        {
            var lines = LedgerLine.Split(await ledger.ReadAsync(day, -count, count));
            found.AddRange(lines.Select(static l => LedgerLine.Read(l.Span)).OfType<LedgerEntry>().Where(static e => e.HitKind != HitKind.Verification));
        }

        return found;
    }

    private async Task<LedgerCell[]> CellsAsync(string tenant, DateOnly first, DateOnly last) =>
        JsonSerializer.Deserialize(await cluster.GetGrain<ILedgerGrain>(tenant).TotalsAsync(first, last), LedgerJson.Default.LedgerCellArray) ?? [];

    private async Task<TenantFigures> TenantAsync(string tenant, LedgerSums sums, bool inDetail)
    {
        if (!inDetail)
            return new TenantFigures(tenant, sums, null, [], null, []);
        var risk = cluster.GetGrain<IRiskGrain>(tenant);
        var (status, days) = (risk.GetAsync().AsTask(), risk.HistoryAsync().AsTask());
        var routing = cluster.GetGrain<ICatalogGrain>(0).RoutingAsync(tenant).AsTask();
        var most = ShowsText(tenant) ? await cluster.GetGrain<IFeedbackGrain>(tenant).MostServedAsync(MostServed) : [];
        return new TenantFigures(tenant, sums, await status, await days, await routing, most);
    }

    private bool ShowsText(string tenant) => directory.FindPolicy(tenant)?.ShowText == true;

    private static LedgerTotals Totals(IEnumerable<LedgerCell> cells)
    {
        var totals = new LedgerTotals();
        foreach (var cell in cells)
            totals.Add(cell);
        return totals;
    }
}
