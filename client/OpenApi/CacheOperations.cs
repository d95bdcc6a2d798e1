using OrleansLlm.Client.Endpoints;

namespace OrleansLlm.Client.OpenApi;

/// <summary>What the reference says of the endpoints that manage the cache.</summary>
internal static class CacheOperations
{
    private const string Group = "Cache";
    private const string JsonLines = "application/jsonl";
    private const string Repeated = """{"type":"array","items":{"type":"string","maxLength":128}}""";

    private static readonly ApiParameter Tenant = new("tenant", "The tenant; by default the key's own. Another's is for operators.");

    public static ApiOperation Forget { get; } = new("forgetAnswers", Group, "Forgets answers made until now.")
    {
        Description = "When it returns (after half a second), nothing forgotten is given anywhere in the cluster, answers that were being made meanwhile included. At most 1,000 names together.",
        Parameters =
        [
            new("tag", "Answers written with this tag; may be repeated.", Schema: Repeated),
            new("namespace", "Answers of this namespace; may be repeated.", Schema: Repeated),
            new("entry", "One answer, as `/v1/explain` names it; may be repeated.", Schema: Repeated),
            new("all", "`true`: every answer of the tenant.", Schema: """{"type":"string","enum":["true"]}"""),
            Tenant,
        ],
        Replies = [new(200, "It is forgotten.", ApiContent.Json(AdminJson.Default.InvalidationDocument))],
        Errors = [400, 403, 404],
    };

    public static ApiOperation ListShards { get; } = new("listShards", Group, "The shards of a tenant's cache, for an export.")
    {
        Access = ApiAccess.Operator,
        Parameters = [Tenant],
        Replies = [new(200, "Their names.", ApiContent.Json(AdminJson.Default.ShardList))],
        Errors = [404],
    };

    public static ApiOperation Export { get; } = new("exportAnswers", Group, "A page of a shard's answers.")
    {
        Access = ApiAccess.Operator,
        Parameters =
        [
            new("shard", "The shard, as `/admin/v1/cache/shards` names it.") { IsRequired = true },
            new("after", "The header `x-orleansllm-next` of the page before; without it the first page. A page without that header is the last."),
            Tenant,
        ],
        Replies = [new(200, "JSON lines that an import reads.", new ApiContent(JsonLines, Schema: "ExportedAnswer"))],
        Errors = [404],
    };

    public static ApiOperation Import { get; } = new("importAnswers", Group, "Stores answers that were made elsewhere.")
    {
        Description = "At most 1,000 JSON lines at once: `{\"question\",\"answer\"}`, lines of a request log with its responses, or an export.",
        Access = ApiAccess.Operator,
        Parameters = [Tenant],
        Body = new ApiContent(JsonLines, Schema: "ImportedAnswer"),
        Replies = [new(200, "What became of the lines.", ApiContent.Json(AdminJson.Default.ImportDocument))],
        Errors = [400, 404, 413, 415],
    };
}
