using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using OrleansLlm.Client.Authentication;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Endpoints;

/// <summary>
/// <c>GET /admin/v1/cache/shards</c>, <c>GET /admin/v1/cache/entries?shard=&amp;after=</c>, <c>POST /admin/v1/cache/entries</c> (JSON lines, see
/// <see cref="TransferLine"/>): a tenant's cached answers out and in, by <c>tenant=</c>. For operators alone: who reads a cache reads what
/// others asked, and who writes one answers them.
/// </summary>
internal sealed class CacheTransferEndpoint(IClusterClient cluster, CallerAuthentication callers, TenantDirectory tenants, IOptions<ApiOptions> options, TimeProvider time)
{
    private const int PageSize = 200;
    private const int MostLines = 1000;

    public async Task ListAsync(HttpContext context)
    {
        if (await TenantAsync(context) is not { } tenant)
            return;
        var shards = await cluster.GetGrain<ICacheTransferGrain>(tenant).ShardsAsync();
        await context.Response.WriteAsJsonAsync(new ShardList(shards), AdminJson.Default.ShardList, cancellationToken: context.RequestAborted);
    }

    public async Task ExportAsync(HttpContext context)
    {
        if (await TenantAsync(context) is not { } tenant)
            return;
        var after = context.Request.Query["after"].ToString();
        var page = await cluster.GetGrain<ICacheTransferGrain>(tenant).PageAsync(context.Request.Query["shard"].ToString(), after.Length > 0 ? after : null, PageSize);
        if (page is null)
        {
            await ErrorResponse.WriteAsync(context, StatusCodes.Status404NotFound, new RequestProblem("There is no such shard.", "shard", "shard_not_found"));
            return;
        }

        context.Response.ContentType = "application/jsonl";
        if (page.Next is { } next)
            context.Response.Headers["x-orleansllm-next"] = next;
        foreach (var answer in page.Answers)
        {
            if (AnswerCompression.Decompress(answer.Answer.Body, options.Value.MaxBodyBytes) is not { } plain)
                continue;
            await context.Response.Body.WriteAsync(TransferLine.Write(answer, plain), context.RequestAborted);
            await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
        }
    }

    public async Task ImportAsync(HttpContext context)
    {
        if (await TenantAsync(context) is not { } tenant)
            return;
        if (await BodyReader.ReadAsync(context, options.Value.MaxBodyBytes) is not { } body)
            return;

        var policy = tenants.PolicyOf(tenant);
        var answers = new List<TransferredAnswer>();
        var skipped = new List<SkippedLine>();
        var number = 0;
        foreach (var line in Lines(body))
        {
            if (++number > MostLines)
            {
                await ErrorResponse.WriteAsync(context, StatusCodes.Status400BadRequest, new RequestProblem($"At most {MostLines} lines at once.", null, "too_many_lines"));
                return;
            }

            if (line.IsEmpty)
                continue;
            if (TransferLine.Read(line, number, policy, time.GetUtcNow(), options.Value.MaxBodyBytes, out var problem) is { } answer)
                answers.Add(answer);
            else
                skipped.Add(new SkippedLine(number, problem!));
        }

        var imported = answers.Count == 0 ? 0 : await cluster.GetGrain<ICacheTransferGrain>(tenant).ImportAsync([.. answers]);
        await context.Response.WriteAsJsonAsync(
            new ImportDocument(imported, answers.Count - imported, skipped), AdminJson.Default.ImportDocument, cancellationToken: context.RequestAborted);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(ReadOnlyMemory<byte> body)
    {
        while (!body.IsEmpty)
        {
            var end = body.Span.IndexOf((byte)'\n');
            yield return body[..(end < 0 ? body.Length : end)].Trim(" \t\r"u8);
            body = end < 0 ? default : body[(end + 1)..];
        }
    }

    private async ValueTask<string?> TenantAsync(HttpContext context)
    {
        if (await callers.AuthenticateOperatorAsync(context) is not { } identity)
            return null;
        var asked = context.Request.Query["tenant"].ToString();
        var tenant = asked.Length > 0 ? asked : identity.TenantId;
        return await TenantAccess.CheckAsync(context, tenants, identity, tenant) ? tenant : null;
    }
}

/// <summary>Shards of a tenant's cache.</summary>
/// <param name="Data">Their names.</param>
internal sealed record ShardList(IReadOnlyList<string> Data)
{
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "list";
}

/// <summary>What became of the lines of an import.</summary>
/// <param name="Imported">Answers that are in the cache now.</param>
/// <param name="Expired">Those that were too old on arrival.</param>
/// <param name="Skipped">Lines that were no answers.</param>
internal sealed record ImportDocument(int Imported, int Expired, IReadOnlyList<SkippedLine> Skipped)
{
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "orleansllm.import";
}

/// <summary>A line that was no answer to store.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Reason">Why; holds no part of it.</param>
internal sealed record SkippedLine(int Line, string Reason);
