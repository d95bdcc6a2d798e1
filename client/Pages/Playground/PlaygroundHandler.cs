using System.Text.Json;
using OrleansLlm.Client.Endpoints;
using OrleansLlm.Client.RateLimits;
using OrleansLlm.Client.Wire;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Pages.Playground;

/// <summary><c>/playground</c>: sends a request as the user's own tenant, billed and ledgered like any other, and shows what each layer did.</summary>
internal sealed class PlaygroundHandler(PageVisit visit, PageResponse pages, PageForms forms, IClusterClient cluster, TenantDirectory tenants, OverloadGate gate, RequestEntry entry, SiloWatch watch, TimeProvider time)
{
    public const string Path = "/playground";

    public Task ShowAsync(HttpContext context) => visit.ServeAsync(context, user => WriteAsync(context, user, PlaygroundRequest.Empty, null, null));

    public Task AskAsync(HttpContext context) => visit.ServeAsync(context, async user =>
    {
        using var inside = await gate.TryEnterAsync(context, user.Identity.TenantId);
        if (inside is null)
        {
            await WriteAsync(context, user, PlaygroundRequest.Empty, null, "The gateway has too many requests of your organization at once; try again in a moment.", StatusCodes.Status429TooManyRequests);
            return;
        }

        if (await forms.ReadAsync(context) is not { } form)
        {
            await pages.ProblemAsync(context, user, StatusCodes.Status400BadRequest, "Nothing was asked", "The form was too large, too old or not from this page. Open the page again.");
            return;
        }

        var request = PlaygroundRequest.Read(form);
        if (request.Question.Length == 0)
        {
            await WriteAsync(context, user, request, null, "Write a question.");
            return;
        }

        var body = request.ToBody();
        if (WireForms.Of(WireForm.ChatCompletions).Read(body, null, out var chat) is { } problem)
        {
            await WriteAsync(context, user, request, null, problem.Message);
            return;
        }

        var tenantId = user.Identity.TenantId;
        var caller = tenants.CallerOf(user.Identity);
        var (ticket, refusal) = await entry.EnterAsync(tenantId, caller, tenants.RateLimitsOf(user.Identity), chat!.Model, chat.OtherModels, TokenEstimate.Of(chat), context.Response.Headers);
        using var until = ticket;
        if (refusal is not null)
        {
            await WriteAsync(context, user, request, null, refusal.Message, refusal.Status);
            return;
        }

        var admission = Admission.Of(RequestIds.New(), tenants.PolicyOf(tenantId), chat, body, null, new RequestControls { NoCache = request.Fresh }, caller);
        var explanation = await AskAsync(admission.GrainKey, g => g.ExplainAsync(admission.Request, context.RequestAborted));
        var started = time.GetTimestamp();
        var reply = await admission.AskAsync(key => AskAsync(key, g => g.CompleteAsync(admission.Request, context.RequestAborted)));
        ticket.Correct(reply.Head.Decision.TokensBilled);
        var milliseconds = time.GetElapsedTime(started).TotalMilliseconds;
        var result = new PlaygroundResult(
            admission.Request.RequestId, explanation, reply.Head.Status, TextOf(reply), reply.Head.Decision, [.. AnswerHeaders.Of(reply.Head.Decision)], milliseconds);
        await WriteAsync(context, user, request, result, null);

        ValueTask<T> AskAsync<T>(string key, Func<IGatewayGrain, Task<T>> ask)
        {
            var gateway = cluster.GetGrain<IGatewayGrain>(key);
            return watch.WaitAsync(ask(gateway), gateway, admission.Request.RequestId);
        }
    });

    private async Task WriteAsync(HttpContext context, PageUser user, PlaygroundRequest request, PlaygroundResult? result, string? problem, int problemStatus = StatusCodes.Status400BadRequest)
    {
        var models = await cluster.GetGrain<ICatalogGrain>(0).ListAsync();
        var names = models.Select(static m => m.Id).Reverse().Distinct(StringComparer.Ordinal).ToList();
        await pages.PageAsync<PlaygroundPage>(
            context, "Playground", user, new PlaygroundView(names, request, result, problem), problem is null ? StatusCodes.Status200OK : problemStatus);
    }

    private static string TextOf(GatewayReply reply)
    {
        if (reply.Head.Status == StatusCodes.Status200OK)
            return CompletionFacts.Read(reply.Body)?.Text ?? string.Empty;
        try
        {
            using var error = JsonDocument.Parse(reply.Body);
            return error.RootElement.GetProperty("error").GetProperty("message").GetString() ?? string.Empty;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "The provider answered with an error.";
        }
    }
}
