using OrleansLlm.Client.Endpoints;

namespace OrleansLlm.Client.OpenApi;

/// <summary>What the reference says of the endpoints that manage keys.</summary>
internal static class KeyOperations
{
    private const string Group = "Keys";

    private static readonly ApiParameter Id = new("id", "As the list shows it.", "path", """{"type":"string","pattern":"^[0-9a-f]{16}$"}""");

    public static ApiOperation Create { get; } = new("createKey", Group, "Makes a key. The answer alone holds it.")
    {
        Access = ApiAccess.Admin,
        Body = ApiContent.Json(AdminJson.Default.KeyRequest),
        Replies = [new(201, "The key.", ApiContent.Json(AdminJson.Default.KeyDocument))],
        Errors = [400, 404, 409, 413, 415],
    };

    public static ApiOperation List { get; } = new("listKeys", Group, "A tenant's keys, the newest first.")
    {
        Access = ApiAccess.Admin,
        Parameters = [new("tenant", "The tenant; by default the key's own. Another's is for operators.")],
        Replies = [new(200, "The keys, without their secrets.", ApiContent.Json(AdminJson.Default.KeyList))],
        Errors = [404],
    };

    public static ApiOperation Get { get; } = new("getKey", Group, "One key.")
    {
        Access = ApiAccess.Admin,
        Parameters = [Id],
        Replies = [new(200, "The key, without its secret.", ApiContent.Json(AdminJson.Default.KeyDocument))],
        Errors = [404],
    };

    public static ApiOperation Rotate { get; } = new("rotateKey", Group, "Gives a key a new secret; id, rules and budgets stay. The answer alone holds it.")
    {
        Access = ApiAccess.Admin,
        Parameters = [Id],
        Body = ApiContent.Json(AdminJson.Default.KeyRotation),
        BodyIsOptional = true,
        Replies = [new(200, "The key.", ApiContent.Json(AdminJson.Default.KeyDocument))],
        Errors = [400, 404, 409, 413, 415],
    };

    public static ApiOperation Revoke { get; } = new("revokeKey", Group, "Ends a key for good.")
    {
        Access = ApiAccess.Admin,
        Parameters = [Id],
        Replies = [new(200, "The revoked key.", ApiContent.Json(AdminJson.Default.KeyDocument))],
        Errors = [404, 409],
    };
}
