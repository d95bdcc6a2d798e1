using OrleansLlm.Client.Authentication;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary><c>GET /admin/v1/budgets?tenant=</c>: how far the caps in use are used. Everybody sees their own tenant's, an operator any tenant's.</summary>
internal sealed class BudgetsEndpoint(IClusterClient cluster, TenantDirectory tenants)
{
    public async Task ListAsync(HttpContext context)
    {
        if (await ApiKeyAuthentication.AuthenticateAsync(context, tenants) is not { } identity)
            return;
        var asked = context.Request.Query["tenant"].ToString();
        var tenant = asked.Length > 0 ? asked : identity.TenantId;
        if (!await TenantAccess.CheckAsync(context, tenants, identity, tenant))
            return;
        var budgets = await cluster.GetGrain<IBudgetGrain>(tenant).ListAsync();
        await context.Response.WriteAsJsonAsync(
            new
            {
                @object = "list",
                data = budgets.Select(b => new
                {
                    @object = "orleansllm.budget",
                    tenant,
                    scope = b.Cap.Scope.ToString().ToLowerInvariant(),
                    subject = b.Cap.Subject,
                    window = b.Cap.Window.ToString().ToLowerInvariant(),
                    limit_usd = b.Cap.LimitUsd,
                    spent_usd = b.SpentUsd,
                    reserved_usd = b.ReservedUsd,
                    window_start = b.WindowStart,
                    resets_at = b.ResetsAt,
                }),
            },
            context.RequestAborted);
    }
}
