using System.Text.Json.Serialization;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary>
/// <c>DELETE /admin/v1/cache?tag=&amp;namespace=&amp;entry=&amp;all=true&amp;tenant=</c>: forgets answers made until now. Each parameter may be
/// given more than once. When it returns, nothing forgotten is given anywhere in the cluster. Anybody may forget their own tenant's
/// answers, an operator any tenant's.
/// </summary>
internal sealed class CacheEndpoint(IClusterClient cluster, CallerAuthentication callers, TenantDirectory tenants, TimeProvider time, ILogger<CacheEndpoint> logger)
{
    private const int MostAtOnce = 1000;

    public async Task ForgetAsync(HttpContext context)
    {
        if (await callers.AuthenticateAsync(context) is not { } identity)
            return;
        var query = context.Request.Query;
        var tenant = query["tenant"].ToString();
        if (tenant.Length == 0)
            tenant = identity.TenantId;
        if (!await TenantAccess.CheckAsync(context, tenants, identity, tenant))
            return;

        var rules = Rules(query).ToArray();
        if (Problem(query, rules) is { } problem)
        {
            await ErrorResponse.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        try
        {
            await cluster.GetGrain<IInvalidationGrain>(tenant).ForgetAsync(rules);
        }
        catch (Exception e)
        {
            ApiLog.InvalidationFailed(logger, e, tenant);
            await ErrorResponse.ServerErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "Nothing was forgotten: the store is out of reach. Try again.");
            return;
        }

        await Task.Delay(IInvalidationGrain.HoldsAfter, time, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(new InvalidationDocument(tenant, rules.Length), AdminJson.Default.InvalidationDocument, cancellationToken: context.RequestAborted);
    }

    private static IEnumerable<CacheInvalidation> Rules(IQueryCollection query)
    {
        if (query["all"] == "true")
            yield return new(InvalidationScope.Tenant, string.Empty);
        foreach (var (name, scope) in new[] { ("namespace", InvalidationScope.Namespace), ("tag", InvalidationScope.Tag), ("entry", InvalidationScope.Entry) })
        {
            foreach (var value in query[name])
            {
                if (!string.IsNullOrEmpty(value))
                    yield return new(scope, value);
            }
        }
    }

    private static RequestProblem? Problem(IQueryCollection query, CacheInvalidation[] rules)
    {
        // A misspelt parameter must not look like a success.
        foreach (var name in query.Keys)
        {
            if (name is not ("tenant" or "all" or "namespace" or "tag" or "entry"))
                return new($"There is no parameter '{name}'; there are tag, namespace, entry, all and tenant.", name, "unknown_parameter");
        }

        if (rules.Length is 0 or > MostAtOnce)
            return new($"Say what to forget: tag, namespace or entry (at most {MostAtOnce} together), or all=true.", "tag", "missing_required_parameter");
        return Array.Find(rules, r => r.Value.Length > ControlHeaders.LongestNamespace) is { Value.Length: > 0 } tooLong
            ? new($"'{tooLong.Scope.ToString().ToLowerInvariant()}' has at most {ControlHeaders.LongestNamespace} characters.", tooLong.Scope.ToString().ToLowerInvariant(), "string_above_max_length")
            : null;
    }
}

/// <summary>What was forgotten.</summary>
/// <param name="Tenant">Whose answers.</param>
/// <param name="Rules">Names that were given.</param>
internal sealed record InvalidationDocument(string Tenant, int Rules)
{
    /// <summary>Tells the answer from whatever else answers at such a path.</summary>
    public const string Kind = "orleansllm.invalidation";

    [JsonPropertyOrder(-1)]
    public string Object { get; } = Kind;
}
