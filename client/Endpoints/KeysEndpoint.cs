using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary>
/// <c>/admin/v1/keys</c>: a tenant's keys, for its admins and for operators. When a change returns, it holds in the whole cluster. A key of another
/// tenant is answered like one that is not there.
/// </summary>
internal sealed class KeysEndpoint(IClusterClient cluster, CallerAuthentication callers, TenantDirectory tenants, KeyView keys, TimeProvider time, ILogger<KeysEndpoint> logger)
{
    private const int LargestBody = 64 * 1024;
    private const int MostKeysOfATenant = 10_000;

    public Task CreateAsync(HttpContext context) => ManageAsync(context, async caller =>
    {
        if (await ReadAsync(context, AdminJson.Default.KeyRequest) is not { } request)
            return;
        var tenant = request.Tenant ?? caller.TenantId;
        if (!await TenantAccess.CheckAsync(context, tenants, caller, tenant))
            return;
        if (request.Role == KeyRole.Operator && !caller.IsOperator)
        {
            await ErrorResponse.ForbiddenAsync(context);
            return;
        }

        if (!await MayHaveKeysAsync(context, tenant))
            return;
        var now = time.GetUtcNow();
        var problem = request.Problem(now)
            ?? (request.Project is { } project && !tenants.HasProject(tenant, project) ? new RequestProblem($"The tenant has no project '{project}'.", "project", "project_not_found") : null)
            ?? ((await keys.ListAsync(tenant)).Count >= MostKeysOfATenant ? new($"A tenant has at most {MostKeysOfATenant} keys.", null, "too_many_keys") : null);
        if (problem is not null)
        {
            await ErrorResponse.WriteAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        var id = KeyText.NewId();
        var text = KeyText.New(id);
        var key = request.ToKey(id, tenant, KeyHash.Of(text), now);
        if (await PutAsync(context, key, 0))
            await WriteAsync(context, KeyDocument.Of(key, now, text), StatusCodes.Status201Created);
    });

    public Task ListAsync(HttpContext context) => ManageAsync(context, async caller =>
    {
        var asked = context.Request.Query["tenant"].ToString();
        var tenant = asked.Length > 0 ? asked : caller.TenantId;
        if (!await TenantAccess.CheckAsync(context, tenants, caller, tenant))
            return;
        var now = time.GetUtcNow();
        await WriteAsync(context, new KeyList([.. (await keys.ListAsync(tenant)).Select(k => KeyDocument.Of(k, now))]), AdminJson.Default.KeyList);
    });

    public Task GetAsync(HttpContext context, string id) => ManageAsync(context, async caller =>
    {
        if (await FindAsync(context, caller, id) is { } key)
            await WriteAsync(context, KeyDocument.Of(key, time.GetUtcNow()), StatusCodes.Status200OK);
    });

    public Task RotateAsync(HttpContext context, string id) => ManageAsync(context, async caller =>
    {
        if (await ReadAsync(context, AdminJson.Default.KeyRotation) is not { } rotation)
            return;
        if (rotation.OverlapSeconds is < 0 or > KeyRotation.LongestOverlap)
        {
            await ErrorResponse.WriteAsync(
                context, StatusCodes.Status400BadRequest, new RequestProblem($"'overlap_seconds' is from 0 to {KeyRotation.LongestOverlap}.", "overlap_seconds", "invalid_value"));
            return;
        }

        if (await FindAsync(context, caller, id) is not { } key || !await MayHaveKeysAsync(context, key.TenantId))
            return;
        var now = time.GetUtcNow();
        if (!key.IsUsable(now))
        {
            await ErrorResponse.WriteAsync(context, StatusCodes.Status409Conflict, new RequestProblem("The key is revoked or expired.", "id", "key_not_active"));
            return;
        }

        var text = KeyText.New(id);
        var overlap = TimeSpan.FromSeconds(rotation.OverlapSeconds);
        var next = key with
        {
            Hash = KeyHash.Of(text),
            PreviousHash = overlap > TimeSpan.Zero ? key.Hash : null,
            PreviousUntil = overlap > TimeSpan.Zero ? now + overlap : null,
        };
        if (await PutAsync(context, next, key.Sequence))
            await WriteAsync(context, KeyDocument.Of(next, now, text), StatusCodes.Status200OK);
    });

    public Task RevokeAsync(HttpContext context, string id) => ManageAsync(context, async caller =>
    {
        if (await FindAsync(context, caller, id) is not { } key)
            return;
        var now = time.GetUtcNow();
        var revoked = key.RevokedAt is null ? key with { RevokedAt = now } : key;
        if (key.RevokedAt is not null || await PutAsync(context, revoked, key.Sequence))
            await WriteAsync(context, KeyDocument.Of(revoked, now), StatusCodes.Status200OK);
    });

    private async Task ManageAsync(HttpContext context, Func<TenantIdentity, Task> manage)
    {
        if (await callers.AuthenticateAdminAsync(context) is not { } caller)
            return;
        // Answers hold keys.
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await manage(caller);
        }
        catch (Exception e) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            ApiLog.KeyNotChanged(logger, e, caller.TenantId);
            await ErrorResponse.ServerErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "The keys are out of reach; try again.");
        }
    }

    private async Task<VirtualKey?> FindAsync(HttpContext context, TenantIdentity caller, string id)
    {
        if (await keys.GetAsync(id) is { } key && (key.TenantId == caller.TenantId || caller.IsOperator) && (key.Role != KeyRole.Operator || caller.IsOperator))
            return key;
        await ErrorResponse.WriteAsync(context, StatusCodes.Status404NotFound, new RequestProblem("There is no such key.", "id", "key_not_found"));
        return null;
    }

    // A new secret of a retired tenant would open nothing.
    private async ValueTask<bool> MayHaveKeysAsync(HttpContext context, string tenant)
    {
        if (tenants.MayAsk(tenant))
            return true;
        await ErrorResponse.WriteAsync(context, StatusCodes.Status409Conflict, new RequestProblem($"The tenant '{tenant}' is retired: no key opens it.", "tenant", "tenant_retired"));
        return false;
    }

    // Returns once it holds everywhere.
    private async Task<bool> PutAsync(HttpContext context, VirtualKey key, long expectedSequence)
    {
        if (await cluster.GetGrain<IKeyRegistryGrain>(0).PutAsync(key.ToUtf8Json(), expectedSequence))
        {
            await Task.Delay(IKeyRegistryGrain.HoldsAfter, time, context.RequestAborted);
            return true;
        }

        await ErrorResponse.WriteAsync(context, StatusCodes.Status409Conflict, new RequestProblem("The key was changed meanwhile; look at it and try again.", "id", "conflict"));
        return false;
    }

    private static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        if (await BodyReader.ReadAsync(context, LargestBody) is not { } body)
            return null;

        try
        {
            if (JsonSerializer.Deserialize(body.Length == 0 ? "{}"u8 : body, type) is { } value)
                return value;
        }
        catch (JsonException e)
        {
            // The message names the property; the body may hold anything.
            await ErrorResponse.WriteAsync(context, StatusCodes.Status400BadRequest, new RequestProblem($"The body cannot be read at '{e.Path}'.", e.Path, "invalid_json"));
            return null;
        }

        await ErrorResponse.WriteAsync(context, StatusCodes.Status400BadRequest, new RequestProblem("The body must be a JSON object.", null, "invalid_type"));
        return null;
    }

    private static Task WriteAsync(HttpContext context, KeyDocument key, int status)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, key, AdminJson.Default.KeyDocument);
    }

    private static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type) => context.Response.WriteAsJsonAsync(value, type, cancellationToken: context.RequestAborted);
}
