using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Routing;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Routing;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Gateway;

/// <summary>
/// Asks the chosen model and, where it cannot answer for a reason that the configuration has a fallback for, other models. All of it before the
/// first byte: what this returns is what the caller gets.
/// </summary>
internal sealed class UpstreamSender(
    IUpstreamCatalog catalog, SpendGate spending, IOptions<FallbackOptions> fallbacks, IOptions<QueryGatewayOptions> gateway, GatewayTelemetry telemetry, ILogger<UpstreamSender> logger)
{
    private readonly Dictionary<string, FallbackRule> _rules = fallbacks.Value.Rules.ToDictionary(static r => r.Model, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether any provider serves the model, in whatever form.</summary>
    public bool Knows(string model) => catalog.Find(model) is not null;

    /// <summary>Name of the provider that serves the model in a form; null where none does.</summary>
    public string? ProviderOf(string model, WireForm form) => catalog.Find(model, UpstreamEndpoints.Of(form))?.Upstream.Name;

    /// <summary>Sends; null where no provider serves the chosen model in the request's form.</summary>
    /// <param name="call">The call: what the cache said of it, and where tries are noted that gave no answer. One that only checks the cache asks no other model.</param>
    /// <param name="body">The request's body for a model.</param>
    /// <param name="cancellationToken">Cancelled when the caller has gone.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<UpstreamSent?> SendAsync(CallUnderWay call, Func<CallUnderWay, string, ReadOnlyMemory<byte>> body, CancellationToken cancellationToken)
    {
        var (query, route) = (call.Run.Query, call.Route);
        var endpoint = UpstreamEndpoints.Of(query.Chat.Form);
        if (catalog.Find(route.Model, endpoint) is not { } target)
            return null;
        var (permit, first) = await AskAsync(call, target, route.Model, body, cancellationToken);
        if (first is null)
            return new UpstreamSent(null, route, target, permit);
        var sent = new UpstreamSent(first, route, target, permit);
        return call.Lookup.Kind == HitKind.Verification || query.Controls.RouteOff || (!_rules.ContainsKey(route.Model) && Baseline(call) is null)
            ? sent
            : await FallBackAsync(call, sent, body, cancellationToken);
    }

    private async ValueTask<UpstreamSent?> FallBackAsync(
        CallUnderWay call, UpstreamSent sent, Func<CallUnderWay, string, ReadOnlyMemory<byte>> body, CancellationToken cancellationToken)
    {
        var (query, route, target, permit) = (call.Run.Query, sent.Route, sent.Target, sent.Permit);
        var endpoint = UpstreamEndpoints.Of(query.Chat.Form);
        var (reason, first) = await ReasonAsync(permit, sent.Reply!, cancellationToken);
        if (reason is not { } why)
            return new UpstreamSent(first, route, target, permit);
        try
        {
            foreach (var model in Candidates(call, why))
            {
                // What a provider keeps for this request, no other one has.
                if (catalog.Find(model, endpoint) is not { } other || (query.Chat.IsProviderBound && other.Upstream.Name != target.Upstream.Name))
                    continue;
                var (otherPermit, asking) = await AskAsync(call, other, model, body, cancellationToken);
                if (asking is null)
                    continue;
                var (again, reply) = await ReasonAsync(otherPermit, asking, cancellationToken);
                if (again is null && reply.Status < 400)
                {
                    await GiveUpAsync(permit, first);
                    telemetry.FellBack(why);
                    GatewayLog.FellBack(logger, query.Request.RequestId, route.Model, model, why);
                    return new UpstreamSent(reply, route with { Model = model, Decision = route.Decision with { Model = model, Reason = RouteReasonOf(why) } }, other, otherPermit);
                }

                await GiveUpAsync(otherPermit, reply);
            }
        }
        catch
        {
            await GiveUpAsync(permit, first);
            throw;
        }

        // Nobody could: the caller is told what the model that it asked for said.
        return new UpstreamSent(first, route, target, permit);
    }

    // No reply where the money for it is not there.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(SpendPermit Permit, UpstreamReply? Reply)> AskAsync(
        CallUnderWay call, UpstreamTarget to, string model, Func<CallUnderWay, string, ReadOnlyMemory<byte>> body, CancellationToken cancellationToken)
    {
        var query = call.Run.Query;
        var leave = await spending.AskAsync(
            query.Request.RequestId, query.Request.TenantId, query.Budgets, model, query.Chat.Tier, to, (query.Chat, Model: model),
            static (asked, limits) => TokenBound.Of(asked.Chat, asked.Model, limits));
        if (leave.Refusal is not null)
            return (leave, null);
        var lostBefore = call.Lost.Count;
        try
        {
            var request = new UpstreamRequest(model, body(call, model), query.Chat.Stream, query.Request.RequestId, UpstreamEndpoints.Of(query.Chat.Form))
            {
                Headers = query.Request.Headers,
                IsBound = query.Chat.IsProviderBound,
                Lost = call.Lost,
                Progress = call.Progress,
            };
            cancellationToken.ThrowIfCancellationRequested();
            call.Progress.IsUnderWay = true;
            call.GenAi.Provider = to.TelemetryProviderOf(null);
            var reply = await to.Upstream.SendAsync(request, cancellationToken);
            return (WithLost(), reply);
        }
        catch
        {
            // Of what is under way nobody knows how far it came.
            spending.Settle(WithLost(), call.Progress.IsUnderWay ? null : 0m);
            throw;
        }

        SpendPermit WithLost() => call.Lost.Count - lostBefore is > 0 and var lost ? leave with { LostTries = lost } : leave;
    }

    /// <summary>Settles a reply that nobody is given.</summary>
    public async ValueTask GiveUpAsync(SpendPermit permit, UpstreamReply reply)
    {
        spending.Settle(permit, reply.FailedBilled ? null : 0m);
        await reply.DisposeAsync();
    }

    // What is configured, where the caller may name it or leaves the model to us; last the model that would have answered without routing.
    private IEnumerable<string> Candidates(CallUnderWay call, FallbackReason reason)
    {
        var configured = (_rules.GetValueOrDefault(call.Route.Model), reason) switch
        {
            (null, _) => [],
            ({ } rule, FallbackReason.ContextWindow) => rule.ContextWindow,
            ({ } rule, FallbackReason.ContentFilter) => rule.ContentFilter,
            ({ } rule, _) => rule.Outage,
        };
        var isLeftToUs = RouteAliases.Parse(call.Run.Query.Chat.Model) != RouteAlias.None;
        var allowed = configured.Where(m => isLeftToUs || call.Run.Query.Request.Caller.Allows(m));
        return reason != FallbackReason.ContentFilter && Baseline(call) is { } baseline ? allowed.Where(m => m != baseline).Append(baseline) : allowed;
    }

    // Whom the router spared a dearer model is not to pay for that with an error. Who asks for the cheapest tier wants no other.
    private static string? Baseline(CallUnderWay call) =>
        call.Route.Model != call.Route.BaselineModel && RouteAliases.Parse(call.Run.Query.Chat.Model) != RouteAlias.Fast ? call.Route.BaselineModel : null;

    private static RouteReason RouteReasonOf(FallbackReason reason) => reason switch
    {
        FallbackReason.ContextWindow => RouteReason.ContextWindowFallback,
        FallbackReason.ContentFilter => RouteReason.ContentFilterFallback,
        _ => RouteReason.OutageFallback,
    };

    // A refusal says in its body what it is: read, and put back whole. One that cannot be read for a caller who has gone is given up.
    private async Task<(FallbackReason? Reason, UpstreamReply Reply)> ReasonAsync(SpendPermit permit, UpstreamReply reply, CancellationToken cancellationToken)
    {
        if (reply.Failure != UpstreamFailure.None || FallbackTrigger.IsOutage(reply.Status))
            return (FallbackReason.Outage, reply);
        if (!FallbackTrigger.IsRefusal(reply.Status))
            return (null, reply);
        try
        {
            var error = await PlainBody.ReadAsync(reply.Body, gateway.Value.MaxReplyBytes, gateway.Value.IdleStreamTimeout, cancellationToken);
            return error.Broken is null ? (FallbackTrigger.OfRefusal(reply.Status, error.Bytes), reply.WithBody(error.Bytes)) : (null, reply.WithBody(error.Bytes));
        }
        catch
        {
            await GiveUpAsync(permit, reply);
            throw;
        }
    }
}

/// <summary>A reply and where it comes from.</summary>
/// <param name="Reply">The reply, whoever gets this disposes it; null where the budget forbids the call.</param>
/// <param name="Route">The route with the model that answered.</param>
/// <param name="Target">Where that model's calls go.</param>
/// <param name="Permit">What was set aside for it, or why nothing was sent.</param>
internal sealed record UpstreamSent(UpstreamReply? Reply, RouteResult Route, UpstreamTarget Target, SpendPermit Permit)
{
    /// <summary>The configured provider that answered.</summary>
    public string Provider => Reply?.Provider ?? Target.Upstream.Name;
}
