using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Routing;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Routing;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Routing;

/// <summary>
/// Has the other tier answer routed requests, one after the other, off every reply's path, and holds both answers against each other: equal ones
/// show that the cheap model was enough, different ones go to a judge in both orders. The calls stand in the ledger as <see cref="HitKind.Verification"/>.
/// </summary>
public sealed class RouteVerifier : BackgroundService
{
    private readonly RouteShadow _shadow;
    private readonly UpstreamCall _upstream;
    private readonly RouteGuard _guard;
    private readonly IGrainFactory _grains;
    private readonly RoutingOptions _options;
    private readonly GatewayTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger<RouteVerifier> _logger;

    internal RouteVerifier(
        RouteShadow shadow, UpstreamCall upstream, RouteGuard guard, IGrainFactory grains, IOptions<RoutingOptions> options, GatewayTelemetry telemetry,
        TimeProvider time, ILogger<RouteVerifier> logger)
    {
        _shadow = shadow;
        _upstream = upstream;
        _guard = guard;
        _grains = grains;
        _options = options.Value;
        _telemetry = telemetry;
        _time = time;
        _logger = logger;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _shadow.Queue.WorkAsync(VerifyAsync, (e, shadowed) => RoutingLog.NotCompared(_logger, e, shadowed.Query.Request.RequestId), stoppingToken);

    private async Task VerifyAsync(ShadowedRoute shadowed, CancellationToken stoppingToken)
    {
        var query = shadowed.Query;
        if (await AskAsync(query, "-shadow", PlainBody(query), query.Request.ModelInAddress, shadowed.OtherModel, stoppingToken) is not { Length: > 0 } other)
            return;
        var (weak, strong) = shadowed.GaveCheap ? (shadowed.Answer, other) : (other, shadowed.Answer);
        var enough = await IsEnoughAsync(query, weak, strong, stoppingToken);
        _telemetry.RouteCompared(shadowed.IsSimple, enough);
        var tenant = query.Policy.TenantId;
        _guard.Learn(tenant, await _grains.GetGrain<IRouteEvidenceGrain>(tenant).AddComparisonAsync(shadowed.IsSimple, enough, _guard.PromiseTo(tenant)));
    }

    // Words alone may say that answers are equal; that the weaker one is worse only a judge says.
    private async Task<bool?> IsEnoughAsync(Query query, string weak, string strong, CancellationToken stoppingToken)
    {
        if (AnswerSigns.Refuses(weak) && !AnswerSigns.Refuses(strong))
            return false;
        if (AnswerEquivalence.Compare(weak, strong).Verdict == AnswerVerdict.Equivalent)
            return true;
        if (_options.JudgeModel is not { Length: > 0 } judge || PreferenceQuestion.Body(judge, query.Question, weak, strong) is not { } forward
            || PreferenceQuestion.Body(judge, query.Question, strong, weak) is not { } backward)
            return null;
        var first = PreferenceQuestion.FirstServes(await AskAsync(query, "-judge-1", forward, null, judge, stoppingToken));
        var second = PreferenceQuestion.SecondServes(await AskAsync(query, "-judge-2", backward, null, judge, stoppingToken));
        return first is { } a && second is { } b ? a && b : null;
    }

    private async Task<string?> AskAsync(Query query, string suffix, byte[] body, string? modelInAddress, string model, CancellationToken stoppingToken)
    {
        var isJudge = modelInAddress is null && suffix != "-shadow";
        ChatRequest? chat;
        if ((isJudge ? ChatRequestReader.Read(body, null, out chat) : WireForms.Of(query.Chat.Form).Read(body, modelInAddress, out chat)) is not null)
            return null;
        var asked = query with
        {
            Request = new GatewayRequest
            {
                RequestId = query.Request.RequestId + suffix,
                TenantId = query.Request.TenantId,
                Body = body,
                ModelInAddress = modelInAddress,
                Fingerprint = query.Request.Fingerprint,
                Controls = new RequestControls { NoStore = true, CompressOff = true, RouteOff = true },
                Form = isJudge ? WireForm.ChatCompletions : query.Chat.Form,
                Headers = isJudge ? [] : query.Request.Headers,
                Parsed = chat,
                Caller = query.Request.Caller,
            },
            Chat = chat!,
            ArrivedAt = _time.GetTimestamp(),
        };
        using var run = new QueryRun(asked);
        var reader = run.TryAttach()!;
        await using (stoppingToken.Register(() => run.Detach(reader)))
        {
            await _upstream.CheckAsync(
                run, new CacheLookup(HitKind.Verification), new RouteResult(model, model, new RouteDecision(model, null, 0, RouteReason.ExplicitModel), null, 0) { IsRoutingCheck = true }, null);
        }

        return (await run.Head).Status == 200 ? CompletionFacts.Read(run.Body.ToArray())?.Text : null;
    }

    // The same request without a stream: nobody reads along.
    private static byte[] PlainBody(Query query)
    {
        var body = JsonNode.Parse(query.Chat.Body.Span, null, new JsonDocumentOptions { MaxDepth = RequestJson.DeepestNesting })!.AsObject();
        body.Remove("stream_options");
        body["stream"] = false;
        return System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
    }
}
