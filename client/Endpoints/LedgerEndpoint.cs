using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Ledger;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary><c>GET /admin/v1/ledger?from=&amp;to=&amp;tenant=&amp;format=</c>: the single entries of a period.</summary>
internal sealed class LedgerEndpoint(LedgerReader reader, CallerAuthentication callers, TenantDirectory tenants, TimeProvider time)
{
    private const string DefaultFormat = "jsonl";

    public async Task ExportAsync(HttpContext context)
    {
        if (await LedgerPeriod.ReadAsync(context, callers, tenants, time) is not { } period)
            return;
        var name = context.Request.Query["format"].ToString();
        if (LedgerFormats.Find(name.Length == 0 ? DefaultFormat : name) is not { } format)
        {
            await ErrorResponse.WriteAsync(
                context, StatusCodes.Status400BadRequest, new RequestProblem($"'format' must be one of: {LedgerFormats.Names}.", "format", "invalid_value"));
            return;
        }

        context.Response.ContentType = format.ContentType;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"ledger.{format.Name}\"";
        await format.WriteAsync(context.Response.Body, reader.ReadAsync(period.Tenants, period.From, period.To, context.RequestAborted), context.RequestAborted);
    }
}
