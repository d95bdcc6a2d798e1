using OrleansLlm.Client.Ledger;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Pages.Savings;

/// <summary>Gathers the figures of the savings page from the tenants' grains.</summary>
internal sealed class SavingsReader(IClusterClient cluster, TenantTotals ledgers, TenantDirectory directory, TimeProvider time)
{
    private const string SimulatedProvider = "simulator";
    private const int LatestInAll = 1000;
    private const int FewestLatest = 50;
    private const int MostTop = 8;
    private const int MostServed = 100;

    // A page of an operator asks each tenant for its sums, the busier ones for their latest entries, and the busiest for the rest.
    private const int MostTenantsOfLatest = 200;
    private const int MostTenantsInDetail = 20;

    private static readonly TimeSpan BusiestHolds = TimeSpan.FromMinutes(5);

    private volatile Busiest? _busiest;

    public async Task<SavingsView> ReadAsync(string? days, string tenant, IReadOnlyList<string> tenants)
    {
        var period = SavingsPeriod.Read(days, time.GetUtcNow());
        var models = cluster.GetGrain<ICatalogGrain>(0).ListAsync().AsTask();
        var sums = new PageSums(period);
        await foreach (var (name, totals) in ledgers.ReadAsync(tenants, DateOf(sums.From), DateOf(period.Now)))
            sums.Add(name, totals);
        var busiest = sums.Tenants.OrderByDescending(static t => t.Sums.Requests).Take(MostTenantsInDetail).Select(static t => t.Tenant).ToHashSet(StringComparer.Ordinal);
        var figures = await Task.WhenAll(sums.Tenants.Select(t => TenantAsync(t.Tenant, t.Sums, busiest.Contains(t.Tenant))));
        var latest = await LatestAsync(tenants);
        return new SavingsView(
            period,
            tenant,
            figures,
            sums,
            latest,
            TopQuestion.Of(latest.All, figures.Where(t => ShowsText(t.Name)).ToDictionary(static t => t.Name, static t => t.MostServed), MostTop),
            latest.HasProvider(SimulatedProvider) || (await models).Any(static m => m.OwnedBy == SimulatedProvider));
    }

    /// <summary>The latest entries of <paramref name="tenants"/> today and, where today has few, yesterday.</summary>
    public async Task<LatestRequests> LatestAsync(IReadOnlyList<string> tenants)
    {
        var asked = tenants.Count > MostTenantsOfLatest ? await BusiestAsync(tenants) : tenants;
        var each = Math.Max(LatestRequests.Shown, LatestInAll / Math.Max(1, asked.Count));
        var entries = await Task.WhenAll(asked.Select(t => LatestAsync(t, each)));
        return new LatestRequests([.. entries.SelectMany(static e => e).OrderByDescending(static e => e.At).Take(LatestInAll)])
        {
            OfSeveral = tenants.Count > 1,
            OfBusiest = asked.Count < tenants.Count ? asked.Count : null,
        };
    }

    // Those with the most requests since yesterday. Latest requests are asked for every few seconds: who they are is remembered for a while.
    private async ValueTask<IReadOnlyList<string>> BusiestAsync(IReadOnlyList<string> tenants)
    {
        var now = time.GetUtcNow();
        if (_busiest is not { } known || known.Until <= now)
        {
            var requests = new List<(string Tenant, long Requests)>();
            await foreach (var (tenant, totals) in ledgers.ReadAsync(tenants, DateOf(now).AddDays(-1), DateOf(now)))
                requests.Add((tenant, totals.Cells(now.AddDays(-2), now).Sum(static c => c.Sums.Requests)));
            _busiest = known = new Busiest([.. requests.OrderByDescending(static t => t.Requests).Take(MostTenantsOfLatest).Select(static t => t.Tenant)], now + BusiestHolds);
        }

        // Whoever it was found for, nobody sees more tenants than they may.
        var shown = tenants.ToHashSet(StringComparer.Ordinal);
        return [.. known.Tenants.Where(shown.Contains)];
    }

    private async Task<IEnumerable<LedgerEntry>> LatestAsync(string tenant, int count)
    {
        var ledger = cluster.GetGrain<ILedgerGrain>(tenant);
        var today = DateOf(time.GetUtcNow());
        var found = new List<LedgerEntry>();
        for (var day = today; day >= today.AddDays(-1) && found.Count < Math.Min(FewestLatest, count); day = day.AddDays(-1))
        {
            var lines = LedgerLine.Split(await ledger.ReadAsync(day, -count, count));
            found.AddRange(lines.Select(static l => LedgerLine.Read(l.Span)).OfType<LedgerEntry>().Where(static e => e.HitKind != HitKind.Verification));
        }

        return found;
    }

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

    private static DateOnly DateOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    private sealed record Busiest(IReadOnlyList<string> Tenants, DateTimeOffset Until);
}
