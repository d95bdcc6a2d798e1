using OrleansLlm.Client.Authentication;
using OrleansLlm.Core.Requests;
using OrleansLlm.Client.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>.</summary>
internal sealed class ModelsEndpoint(IClusterClient cluster, TenantDirectory tenants)
{
    public async Task ListAsync(HttpContext context)
    {
        context.Response.Headers[ChatEndpoint.RequestIdHeader] = ChatEndpoint.NewRequestId();
        if (await ApiKeyAuthentication.AuthenticateAsync(context, tenants) is null)
            return;
        var models = await cluster.GetGrain<ICatalogGrain>(0).ListAsync();
        await context.Response.WriteAsJsonAsync(new { @object = "list", data = models.Select(Describe) }, context.RequestAborted);
    }

    public async Task FindAsync(HttpContext context, string id)
    {
        context.Response.Headers[ChatEndpoint.RequestIdHeader] = ChatEndpoint.NewRequestId();
        if (await ApiKeyAuthentication.AuthenticateAsync(context, tenants) is null)
            return;
        var models = await cluster.GetGrain<ICatalogGrain>(0).ListAsync();
        if (models.FirstOrDefault(m => m.Id == id) is { Id: not null } model)
            await context.Response.WriteAsJsonAsync(Describe(model), context.RequestAborted);
        else
            await OpenAiError.WriteAsync(context, StatusCodes.Status404NotFound, new RequestProblem($"The model '{id}' does not exist here.", "model", "model_not_found"));
    }

    private static object Describe(CatalogModel model) => new { id = model.Id, @object = "model", created = 0, owned_by = model.OwnedBy };
}
