using System.Globalization;
using System.Net.Mime;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary>
/// <c>GET /admin/v1/savings?from=&amp;to=&amp;tenant=</c>: totals by layer, model and hour. An operator sees every tenant, anybody
/// else their own.
/// </summary>
internal sealed class SavingsEndpoint(IClusterClient cluster, TenantDirectory tenants, TimeProvider time)
{
    private static readonly TimeSpan DefaultPeriod = TimeSpan.FromDays(30);

    public async Task ReportAsync(HttpContext context)
    {
        if (await ApiKeyAuthentication.AuthenticateAsync(context, tenants) is not { } identity)
            return;
        var now = time.GetUtcNow();
        if (Instant(context.Request.Query["from"], now - DefaultPeriod) is not { } from)
        {
            await WrongAsync(context, "from");
            return;
        }

        if (Instant(context.Request.Query["to"], now.AddHours(1)) is not { } to)
        {
            await WrongAsync(context, "to");
            return;
        }

        var asked = context.Request.Query["tenant"].ToString();
        if (asked.Length > 0 && !await TenantAccess.CheckAsync(context, tenants, identity, asked))
            return;
        var whose = asked.Length > 0 ? [asked] : identity.IsOperator ? tenants.TenantIds : [identity.TenantId];
        var (first, last) = (DateOnly.FromDateTime(from.UtcDateTime), DateOnly.FromDateTime(to.UtcDateTime));
        var parts = await Task.WhenAll(whose.Select(t => cluster.GetGrain<ILedgerGrain>(t).TotalsAsync(first, last)));
        var totals = new LedgerTotals();
        foreach (var part in parts)
            totals.Merge(LedgerTotals.FromUtf8Json(part));
        context.Response.ContentType = MediaTypeNames.Application.Json;
        await context.Response.Body.WriteAsync(totals.Report(from, to).ToUtf8Json(), context.RequestAborted);
    }

    private static Task WrongAsync(HttpContext context, string name) => OpenAiError.WriteAsync(
        context, StatusCodes.Status400BadRequest, new RequestProblem($"'{name}' must be an ISO 8601 time, e.g. 2026-11-23T00:00:00Z.", name, "invalid_type"));

    private static DateTimeOffset? Instant(string? text, DateTimeOffset otherwise)
    {
        if (string.IsNullOrEmpty(text))
            return otherwise;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : null;
    }
}
