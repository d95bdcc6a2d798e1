using Microsoft.Extensions.Options;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Routing;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Routing;

namespace OrleansLlm.Grains.Caching;

/// <summary>
/// Puts a comparison that words and models left open to a language model, where <c>OrleansLlm:Risk:JudgeModel</c> names one. Its calls stand in
/// the ledger as <see cref="HitKind.Verification"/>, and are never cached.
/// </summary>
internal sealed class AnswerJudge(UpstreamCall upstream, IOptions<RiskOptions> options, TimeProvider time)
{
    private static readonly AnswerComparison Unclear = new(AnswerVerdict.Unsure, AnswerReason.Unclear);

    public async Task<AnswerComparison> CompareAsync(Query query, string cached, string fresh, CancellationToken stoppingToken)
    {
        if (options.Value.JudgeModel is not { Length: > 0 } model || JudgeQuestion.Body(model, query.Question, cached, fresh) is not { } body
            || ChatRequestReader.Read(body, null, out var chat) is not null)
            return Unclear;
        var judged = query with
        {
            Request = new GatewayRequest
            {
                RequestId = query.Request.RequestId + "-judge",
                TenantId = query.Request.TenantId,
                Body = body,
                Fingerprint = query.Request.Fingerprint,
                Controls = new RequestControls { NoStore = true, CompressOff = true, RouteOff = true },
                Parsed = chat,
                Caller = query.Request.Caller,
            },
            Chat = chat!,
            ArrivedAt = time.GetTimestamp(),
        };
        using var run = new QueryRun(judged);
        var reader = run.TryAttach()!;
        await using (stoppingToken.Register(() => run.Detach(reader)))
        {
            var route = new RouteResult(model, model, new RouteDecision(model, null, 0, RouteReason.ExplicitModel), null, 0);
            await upstream.CheckAsync(run, new CacheLookup(HitKind.Verification), route, null);
        }

        var head = await run.Head;
        return head.Status == 200 ? JudgeQuestion.Read(CompletionFacts.Read(run.Body.ToArray())?.Text) : Unclear;
    }
}
