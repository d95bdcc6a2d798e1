using System.Text.Json.Serialization;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Core.Requests;
using OrleansLlm.Client.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c>.</summary>
internal sealed class ModelsEndpoint(IClusterClient cluster, CallerAuthentication callers, TenantDirectory tenants)
{
    public async Task ListAsync(HttpContext context)
    {
        context.Response.Headers[ChatEndpoint.RequestIdHeader] = RequestIds.New();
        if (await callers.AuthenticateAsync(context) is not { } identity)
            return;
        var models = await ModelsOfAsync(identity);
        await context.Response.WriteAsJsonAsync(new ModelList([.. models.Select(Describe)]), AdminJson.Default.ModelList, cancellationToken: context.RequestAborted);
    }

    public async Task FindAsync(HttpContext context, string id)
    {
        context.Response.Headers[ChatEndpoint.RequestIdHeader] = RequestIds.New();
        if (await callers.AuthenticateAsync(context) is not { } identity)
            return;
        // Clients escape the whole name, and the server leaves an escaped slash as it came.
        var name = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var models = await ModelsOfAsync(identity);
        if (models.FirstOrDefault(m => m.Id == name) is { Id: not null } model)
            await context.Response.WriteAsJsonAsync(Describe(model), AdminJson.Default.ModelDocument, cancellationToken: context.RequestAborted);
        else
            await ErrorResponse.WriteAsync(context, StatusCodes.Status404NotFound, new RequestProblem($"The model '{name}' does not exist here.", "model", "model_not_found"));
    }

    // Those that the key may ask for.
    private async Task<IEnumerable<CatalogModel>> ModelsOfAsync(TenantIdentity identity)
    {
        var caller = tenants.CallerOf(identity);
        return (await cluster.GetGrain<ICatalogGrain>(0).ListAsync()).Where(m => caller.Allows(m.Id));
    }

    private static ModelDocument Describe(CatalogModel model) => new(model.Id, model.OwnedBy);
}

/// <summary>The models that are served, for OpenAI's and for Anthropic's clients.</summary>
/// <param name="Data">The models, all on one page.</param>
internal sealed record ModelList(IReadOnlyList<ModelDocument> Data)
{
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "list";

    /// <summary>The first one's name, as Anthropic's clients read it; null where there is none.</summary>
    public string? FirstId => Data.Count > 0 ? Data[0].Id : null;

    /// <summary>The last one's name; null where there is none.</summary>
    public string? LastId => Data.Count > 0 ? Data[^1].Id : null;

    /// <summary>Always false.</summary>
    public bool HasMore { get; }
}

/// <summary>A model, for OpenAI's and for Anthropic's clients.</summary>
/// <param name="Id">The name to ask for.</param>
/// <param name="OwnedBy">The configured provider that answers.</param>
internal sealed record ModelDocument(string Id, string OwnedBy)
{
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "model";

    /// <summary>The same for Anthropic's clients.</summary>
    public string Type { get; } = "model";

    /// <summary>The name again.</summary>
    public string DisplayName => Id;

    /// <summary>Always 0: when a provider made it is not known here.</summary>
    public int Created { get; }

    /// <summary>The same for Anthropic's clients.</summary>
    public DateTime CreatedAt { get; } = DateTime.UnixEpoch;
}
