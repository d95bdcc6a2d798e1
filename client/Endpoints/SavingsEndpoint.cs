using System.Net.Mime;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary><c>GET /admin/v1/savings?from=&amp;to=&amp;tenant=</c>: totals by layer, project, model and hour.</summary>
internal sealed class SavingsEndpoint(IClusterClient cluster, TenantDirectory tenants, TimeProvider time)
{
    public async Task ReportAsync(HttpContext context)
    {
        if (await LedgerPeriod.ReadAsync(context, tenants, time) is not { } period)
            return;
        var totals = await TotalsAsync(cluster, period);
        context.Response.ContentType = MediaTypeNames.Application.Json;
        await context.Response.Body.WriteAsync(totals.Report(period.From, period.To).ToUtf8Json(), context.RequestAborted);
    }

    internal static async Task<LedgerTotals> TotalsAsync(IClusterClient cluster, LedgerPeriod period)
    {
        var (first, last) = (DateOnly.FromDateTime(period.From.UtcDateTime), DateOnly.FromDateTime(period.To.UtcDateTime));
        var parts = await Task.WhenAll(period.Tenants.Select(t => cluster.GetGrain<ILedgerGrain>(t).TotalsAsync(first, last)));
        var totals = new LedgerTotals();
        foreach (var part in parts)
            totals.Merge(LedgerTotals.FromUtf8Json(part));
        return totals;
    }
}
