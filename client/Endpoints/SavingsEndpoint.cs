using System.Net.Mime;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary><c>GET /admin/v1/savings?from=&amp;to=&amp;tenant=</c>: totals by layer, tenant, project, model, day and hour.</summary>
internal sealed class SavingsEndpoint(IClusterClient cluster, TenantDirectory tenants, TimeProvider time)
{
    public async Task ReportAsync(HttpContext context)
    {
        if (await LedgerPeriod.ReadAsync(context, tenants, time) is not { } period)
            return;
        var ofTenants = await OfTenantsAsync(period);
        var report = Merged(ofTenants).Report(period.From, period.To) with
        {
            ByTenant =
            [
                .. period.Tenants.Zip(ofTenants, (tenant, totals) => new TenantSums(tenant, totals.Report(period.From, period.To).Total))
                    .Where(static t => t.Sums != LedgerSums.Zero).OrderBy(static t => t.Tenant, StringComparer.Ordinal),
            ],
        };
        context.Response.ContentType = MediaTypeNames.Application.Json;
        await context.Response.Body.WriteAsync(report.ToUtf8Json(), context.RequestAborted);
    }

    /// <summary>The sums of all tenants of <paramref name="period"/>.</summary>
    public async Task<LedgerTotals> TotalsAsync(LedgerPeriod period) => Merged(await OfTenantsAsync(period));

    private static LedgerTotals Merged(IEnumerable<LedgerTotals> parts)
    {
        var totals = new LedgerTotals();
        foreach (var part in parts)
            totals.Merge(part);
        return totals;
    }

    private async Task<LedgerTotals[]> OfTenantsAsync(LedgerPeriod period)
    {
        var (first, last) = (DateOnly.FromDateTime(period.From.UtcDateTime), DateOnly.FromDateTime(period.To.UtcDateTime));
        return await Task.WhenAll(period.Tenants.Select(async t => LedgerTotals.FromUtf8Json(await cluster.GetGrain<ILedgerGrain>(t).TotalsAsync(first, last))));
    }
}
