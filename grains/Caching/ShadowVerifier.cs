using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansLlm.Core;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Replies;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Inference;

namespace OrleansLlm.Grains.Caching;

/// <summary>
/// Holds cached answers against the upstream's, one after the other, off every reply's path: the labels of the risk controller. A hit's call
/// stands in the ledger as <see cref="HitKind.Verification"/>, and its answer is stored like any other; one that is not stored, as it refuses, is compared all the same. A hit found wrong is evicted.
/// </summary>
public sealed class ShadowVerifier : BackgroundService
{
    private static readonly TimeSpan ModelTimeout = TimeSpan.FromSeconds(10);

    private readonly VerificationDraw _draw;
    private readonly UpstreamCall _upstream;
    private readonly AnswerJudge _judge;
    private readonly RiskThresholds _thresholds;
    private readonly InvalidationView _invalidations;
    private readonly TextEmbedder _embedder;
    private readonly CandidateVerifier _verifier;
    private readonly IGrainFactory _grains;
    private readonly RiskOptions _options;
    private readonly QueryGatewayOptions _gatewayOptions;
    private readonly GatewayTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger<ShadowVerifier> _logger;

    internal ShadowVerifier(
        VerificationDraw draw,
        UpstreamCall upstream,
        AnswerJudge judge,
        RiskThresholds thresholds,
        InvalidationView invalidations,
        TextEmbedder embedder,
        CandidateVerifier verifier,
        IGrainFactory grains,
        IOptions<RiskOptions> options,
        IOptions<QueryGatewayOptions> gatewayOptions,
        GatewayTelemetry telemetry,
        TimeProvider time,
        ILogger<ShadowVerifier> logger)
    {
        _draw = draw;
        _upstream = upstream;
        _judge = judge;
        _thresholds = thresholds;
        _invalidations = invalidations;
        _embedder = embedder;
        _verifier = verifier;
        _grains = grains;
        _options = options.Value;
        _gatewayOptions = gatewayOptions.Value;
        _telemetry = telemetry;
        _time = time;
        _logger = logger;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _draw.Queue.WorkAsync(VerifyAsync, (e, verification) => CacheLog.NotVerified(_logger, e, verification.Query.Request.RequestId), stoppingToken);

    private async Task VerifyAsync(Verification verification, CancellationToken stoppingToken)
    {
        var (query, lookup) = (verification.Query, verification.Lookup);
        var cached = lookup.Answer ?? await lookup.Shards!.ReadAsync(lookup.Entry!);
        // What was invalidated since would not be served: it says nothing of what is.
        if (cached is null || !await _invalidations.AllowsAsync(query, lookup.Entry!, cached))
            return;
        var wasHit = verification.Fresh is null;
        var fresh = verification.Fresh ?? await CallAsync(verification, stoppingToken);
        var (before, after) = (TextOf(cached), fresh is null ? null : TextOf(fresh));
        var comparison = await CompareAsync(before, after);
        if (comparison.Verdict == AnswerVerdict.Unsure && comparison.Reason != AnswerReason.Unreadable && before is not null && after is not null)
            comparison = await _judge.CompareAsync(query, before, after, stoppingToken);
        _telemetry.Compared(comparison, wasHit);
        var riskClass = RiskThresholds.ClassOf(query);
        _thresholds.Learn(riskClass, await _grains.GetGrain<IRiskGrain>(riskClass).AddComparisonAsync(new RiskComparison
        {
            Verdict = comparison.Verdict,
            Score = lookup.Score!.Value,
            ServedFrom = verification.ServedFrom,
            HitShare = _options.ShadowShare,
            MissShare = _options.CompareShare,
        }));
        if (wasHit && comparison.Verdict == AnswerVerdict.Different)
            await _grains.GetGrain<IInvalidationGrain>(query.Request.TenantId).ForgetAsync([new CacheInvalidation(InvalidationScope.Entry, lookup.Entry!)]);
    }

    // The upstream's answer to a hit's request; null where it gave none, or not to its end.
    private async Task<StoredAnswer?> CallAsync(Verification verification, CancellationToken stoppingToken)
    {
        var query = verification.Query with { Request = verification.Query.Request.ForVerification(), ArrivedAt = _time.GetTimestamp() };
        using var run = new QueryRun(query);
        var reader = run.TryAttach()!;
        await using (stoppingToken.Register(() => run.Detach(reader)))
        {
            await _upstream.CheckAsync(run, new CacheLookup(HitKind.Verification, Score: verification.Lookup.Score), verification.Route, verification.Embedding);
        }

        return run.Answer;
    }

    private async Task<AnswerComparison> CompareAsync(string? cached, string? fresh)
    {
        var comparison = AnswerEquivalence.Compare(cached ?? string.Empty, fresh ?? string.Empty);
        if (comparison.Reason != AnswerReason.AskModels)
            return comparison;
        var deadline = Deadline.After(_time, ModelTimeout);
        var a = await _embedder.EmbedAsync(cached!, deadline);
        var b = await _embedder.EmbedAsync(fresh!, deadline);
        var verified = await _verifier.VerifyAsync(AnswerEquivalence.Head(fresh!), [AnswerEquivalence.Head(cached!)], deadline);
        if (a.Outcome != WorkerOutcome.Completed || b.Outcome != WorkerOutcome.Completed || verified.Outcome != WorkerOutcome.Completed)
            return new(AnswerVerdict.Unsure, AnswerReason.NotAsked);
        var cosine = TensorPrimitives.Dot(MemoryMarshal.Cast<byte, float>(a.Embedding), MemoryMarshal.Cast<byte, float>(b.Embedding));
        return AnswerEquivalence.Judge(cached!, fresh!, cosine, verified.Logits[0]);
    }

    private string? TextOf(StoredAnswer answer) =>
        AnswerCompression.Decompress(answer.Body, _gatewayOptions.MaxReplyBytes) is { } body ? CompletionFacts.Read(body)?.Text : null;
}
