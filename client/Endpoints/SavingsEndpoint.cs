using System.Net.Mime;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Ledger;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary><c>GET /admin/v1/savings?from=&amp;to=&amp;tenant=</c>: totals by layer, tenant, project, model, day and hour.</summary>
internal sealed class SavingsEndpoint(TenantTotals ledgers, CallerAuthentication callers, TenantDirectory tenants, TimeProvider time)
{
    public async Task ReportAsync(HttpContext context)
    {
        if (await LedgerPeriod.ReadAsync(context, callers, tenants, time) is not { } period)
            return;
        var report = await ReportAsync(period);
        context.Response.ContentType = MediaTypeNames.Application.Json;
        await context.Response.Body.WriteAsync(report.ToUtf8Json(), context.RequestAborted);
    }

    /// <summary>The sums of all tenants of <paramref name="period"/>.</summary>
    public async Task<SavingsReport> ReportAsync(LedgerPeriod period)
    {
        var (first, last) = (DateOnly.FromDateTime(period.From.UtcDateTime), DateOnly.FromDateTime(period.To.UtcDateTime));
        var tally = new SavingsTally();
        var ofTenants = new List<TenantSums>();
        await foreach (var (tenant, totals) in ledgers.ReadAsync(period.Tenants, first, last))
        {
            var sums = LedgerSums.Zero;
            foreach (var cell in totals.Cells(period.From, period.To))
            {
                tally.Add(cell);
                sums += cell.Sums;
            }

            if (sums != LedgerSums.Zero)
                ofTenants.Add(new TenantSums(tenant, sums));
        }

        return tally.Report(period.From, period.To) with { ByTenant = [.. ofTenants.OrderBy(static t => t.Tenant, StringComparer.Ordinal)] };
    }
}
