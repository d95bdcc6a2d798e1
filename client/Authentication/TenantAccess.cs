using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Authentication;

/// <summary>Whose data a caller may name: their own tenant's, an operator any tenant's.</summary>
internal static class TenantAccess
{
    /// <summary>Whether <paramref name="caller"/> may act for <paramref name="tenant"/>; false after a 403 or 404 was written.</summary>
    public static async ValueTask<bool> CheckAsync(HttpContext context, TenantDirectory tenants, TenantIdentity caller, string tenant)
    {
        if (tenant != caller.TenantId && !caller.IsOperator)
        {
            await ErrorResponse.ForbiddenAsync(context);
            return false;
        }

        if (tenants.TenantIds.Contains(tenant))
            return true;
        await ErrorResponse.WriteAsync(context, StatusCodes.Status404NotFound, new RequestProblem($"There is no tenant '{tenant}'.", "tenant", "tenant_not_found"));
        return false;
    }
}
