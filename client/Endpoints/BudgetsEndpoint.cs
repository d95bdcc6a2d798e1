using System.Text.Json.Serialization;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Core.Ledger.Budgets;
using OrleansLlm.Grains.Abstractions.Ledger;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary><c>GET /admin/v1/budgets?tenant=</c>: how far the caps in use are used. Everybody sees their own tenant's, an operator any tenant's.</summary>
internal sealed class BudgetsEndpoint(IClusterClient cluster, CallerAuthentication callers, TenantDirectory tenants)
{
    public async Task ListAsync(HttpContext context)
    {
        if (await callers.AuthenticateAsync(context) is not { } identity)
            return;
        var asked = context.Request.Query["tenant"].ToString();
        var tenant = asked.Length > 0 ? asked : identity.TenantId;
        if (!await TenantAccess.CheckAsync(context, tenants, identity, tenant))
            return;
        var budgets = await cluster.GetGrain<IBudgetGrain>(tenant).ListAsync();
        await context.Response.WriteAsJsonAsync(
            new BudgetList([.. budgets.Select(b => new BudgetDocument(tenant, b.Cap.Scope, b.Cap.Subject, b.Cap.Window, b.Cap.LimitUsd, b.SpentUsd, b.ReservedUsd, b.WindowStart, b.ResetsAt))]),
            AdminJson.Default.BudgetList,
            cancellationToken: context.RequestAborted);
    }
}

/// <summary>A tenant's caps.</summary>
/// <param name="Data">Those in windows still open.</param>
internal sealed record BudgetList(IReadOnlyList<BudgetDocument> Data)
{
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "list";
}

/// <summary>How far a cap is used in the window that is open.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Scope">What the cap holds for.</param>
/// <param name="Subject">The project's name or the key's id; empty for the tenant.</param>
/// <param name="Window">How long a window lasts.</param>
/// <param name="LimitUsd">The cap in USD.</param>
/// <param name="SpentUsd">USD settled, and calls that were never settled at their maximum.</param>
/// <param name="ReservedUsd">USD set aside for calls under way.</param>
/// <param name="WindowStart">When the window began, UTC.</param>
/// <param name="ResetsAt">When it ends, UTC.</param>
internal sealed record BudgetDocument(
    string Tenant, BudgetScope Scope, string Subject, BudgetWindow Window, decimal LimitUsd, decimal SpentUsd, decimal ReservedUsd, DateTimeOffset WindowStart, DateTimeOffset ResetsAt)
{
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "orleansllm.budget";
}
