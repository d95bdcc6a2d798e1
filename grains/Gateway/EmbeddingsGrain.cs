using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansLlm.Core;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Replies;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Tokens;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Abstractions.Gateway;
using OrleansLlm.Grains.Abstractions.Tenants;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Telemetry;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Grains.Gateway;

/// <inheritdoc cref="IEmbeddingsGrain"/>
/// <remarks>
/// Reentrant: identical requests in flight share one call, which goes on although its first caller leaves. A vector is the same for the same
/// text, so that nothing is matched by meaning here.
/// </remarks>
[Reentrant]
internal sealed class EmbeddingsGrain(
    TenantDirectory tenants,
    IUpstreamCatalog catalog,
    ShardDirectory shards,
    InvalidationView invalidations,
    LedgerEntries entries,
    LedgerWriter ledger,
    SpendGate spending,
    RequestsUnderWay underWay,
    GatewayTelemetry telemetry,
    GenAiTelemetry genAi,
    IOptions<QueryGatewayOptions> options,
    TimeProvider time,
    ILogger<EmbeddingsGrain> logger) : Grain, IEmbeddingsGrain
{
    private const string Layer = "cache";

    private readonly RunningRequests _running = new();
    private readonly Dictionary<string, Asking> _inFlight = new(StringComparer.Ordinal);

    public Task<bool> IsRunningAsync(string requestId) => Task.FromResult(_running.Contains(requestId));

    public async Task<GatewayReply> EmbedAsync(EmbeddingsCall call, CancellationToken cancellationToken)
    {
        using var begun = underWay.Begin();
        using var inWork = _running.Begin(call.RequestId);
        var arrived = time.GetTimestamp();
        if (EmbeddingsRequestReader.Read(call.Body, call.ModelInAddress, out var request) is not null || tenants.FindPolicy(call.TenantId) is not { } tenantPolicy)
            return Error(call, 400, "The request cannot be read.", "invalid_request_error", "invalid_json");
        var policy = call.Caller.Narrow(tenantPolicy);
        var stores = policy.Cache != LayerMode.Off && !call.Controls.NoStore;
        var reads = stores && !call.Controls.NoCache;
        var found = reads ? await FindAsync(call) : null;
        var lookedUp = time.GetElapsedTime(arrived).TotalMilliseconds;
        if (found is { } kept && policy.Cache == LayerMode.On && AnswerCompression.Decompress(kept.Body, options.Value.MaxReplyBytes) is { } body)
        {
            return Reply(
                new Answer(200, "application/json", [], body, kept.Usage.ToUsage(), false, 0),
                entries.Embeddings(call, request!.Model, HitKind.Exact, kept.Usage.ToUsage(), false, 200, lookedUp, 0, arrived));
        }

        var shared = reads && policy.Cache == LayerMode.On;
        var rules = stores ? await invalidations.KnownAsync(call.TenantId) : default;
        if (shared && _inFlight.TryGetValue(call.Fingerprint, out var running) && MayBeGiven(running, call, rules))
        {
            var joined = await running.Answer.WaitAsync(cancellationToken);
            // What the one who began it may not spend another may.
            if (joined.Permit.Refusal is null || joined.PaidBy == PayerOf(call))
                return Reply(joined, entries.Embeddings(call, request!.Model, HitKind.Pending, joined.Usage, joined.Estimated, joined.Status, lookedUp, 0, arrived));
        }

        var asking = new Asking(AskAsync(call, request!, policy, stores ? rules.Sequence : null, reads, lookedUp, arrived), arrived, rules.Sequence, call.Controls.CacheTags);
        if (shared && !asking.Answer.IsCompleted)
        {
            _inFlight[call.Fingerprint] = asking;
            _ = ForgetAsync(call.Fingerprint, asking);
        }

        var answer = await asking.Answer.WaitAsync(cancellationToken);
        return new GatewayReply { Head = HeadOf(answer, answer.Entry!, answer.LostUsd), Body = answer.Body };
    }

    private static (string Project, string Key) PayerOf(EmbeddingsCall call) => (call.Caller.ProjectId, call.Caller.KeyId);

    private static string PartitionKey(EmbeddingsCall call) => call.Partition + ".exact";

    private static GatewayReply Error(EmbeddingsCall call, int status, string message, string type, string code) => new()
    {
        Head = new ReplyHead
        {
            Status = status,
            ContentType = "application/json",
            Decision = new Decision { Cache = HitKind.Bypass, Model = call.ModelInAddress ?? string.Empty, RouteReason = string.Empty },
        },
        Body = OpenAiErrorBody.Write(new(status, message, type, code)),
    };

    private static ReplyHead HeadOf(Answer answer, LedgerEntry entry, decimal lostUsd = 0) => new()
    {
        Status = answer.Status,
        ContentType = answer.ContentType,
        Headers = [.. answer.Headers],
        Decision = Decisions.Of(entry, CacheLookup.Bypass("Embeddings"), lostUsd),
    };

    private GatewayReply Reply(Answer answer, LedgerEntry entry)
    {
        ledger.Record(entry);
        return new GatewayReply { Head = HeadOf(answer, entry), Body = answer.Body };
    }

    private bool MayBeGiven(Asking running, EmbeddingsCall call, KnownRules rules) =>
        call.Controls.Accepts(time.GetElapsedTime(running.ArrivedAt)) && rules.Allow(default, running.RulesSeen, call.Fingerprint, call.Controls.CacheNamespace, running.Tags);

    private async Task ForgetAsync(string fingerprint, Asking asking)
    {
        await asking.Answer.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Current);
        if (_inFlight.TryGetValue(fingerprint, out var current) && current == asking)
            _inFlight.Remove(fingerprint);
    }

    // Never throws and never takes longer than the layer may: whatever goes wrong is a miss.
    private async Task<StoredAnswer?> FindAsync(EmbeddingsCall call)
    {
        try
        {
            return await LookupAsync(call).WaitAsync(options.Value.CacheTimeout, time);
        }
        catch (Exception e)
        {
            telemetry.FailOpen(Layer, e is TimeoutException ? "DeadlinePassed" : "StoreUnavailable");
            GatewayLog.LayerFailed(logger, e, call.RequestId, Layer);
            return null;
        }
    }

    private async Task<StoredAnswer?> LookupAsync(EmbeddingsCall call)
    {
        var query = new ShardQuery { TenantId = call.TenantId, Fingerprint = call.Fingerprint, Embedding = [], MaxAgeSeconds = call.Controls.MaxAgeSeconds };
        var found = await shards.LookupAsync(PartitionKey(call), query, everywhere: false);
        if (found.Candidates.Length == 0 || await found.ReadAsync(call.Fingerprint) is not { } answer)
            return null;
        var verdict = await invalidations.JudgeAsync(call.TenantId, call.Controls.CacheNamespace, call.Fingerprint, answer);
        if (verdict == InvalidationVerdict.Forbidden)
            await found.RemoveAsync(call.Fingerprint);
        return verdict == InvalidationVerdict.Allowed ? answer : null;
    }

    // Writes the ledger entry of the one who pays, whoever still waits for the answer.
    private async Task<Answer> AskAsync(
        EmbeddingsCall call, EmbeddingsRequest request, TenantPolicy policy, long? rulesSeen, bool looked, double lookedUp, long arrived)
    {
        using var begun = underWay.Begin();
        var (startedAt, started) = (time.GetUtcNow(), time.GetTimestamp());
        var (lost, lostUsd) = (0, 0m);
        using var span = genAi.Begin("embeddings", request.Model, streamed: false);
        Answer answer;
        telemetry.Active(1);
        try
        {
            answer = await CallAsync(call, request, policy, RecordLost);
        }
        catch (Exception e)
        {
            GatewayLog.RunFailed(logger, e, call.RequestId);
            answer = Failed(500, "The gateway failed to serve this request.", "server_error", null);
        }
        finally
        {
            telemetry.Active(-1);
        }

        var entry = entries.Embeddings(
            call, request.Model, looked ? HitKind.Miss : HitKind.Bypass, answer.Usage, answer.Estimated, answer.Status, lookedUp, time.GetElapsedTime(started).TotalMilliseconds, arrived,
            answer.Provider);
        span.Provider = answer.Provider is { } provider ? catalog.Find(request.Model)?.TelemetryProviderOf(provider) : null;
        span.End(answer.Status, answer.Usage, string.Empty);
        ledger.Record(entry);
        spending.Settle(answer.Permit, answer.CostKnown ? entry.CostUsd : null);
        if (rulesSeen is not null && answer is { Status: 200, Vectors: > 0 } && (request.TokensSent > 0 || answer.Vectors == request.Texts.Count))
            _ = StoreAsync(call, request.Model, answer, startedAt, rulesSeen, policy.CacheTimeToLive);
        return answer with { Entry = entry, LostUsd = lostUsd, PaidBy = PayerOf(call) };

        void RecordLost(UpstreamAttempt attempt, int promptTokens)
        {
            var lostEntry = entries.Lost(call.RequestId, call.TenantId, call.Caller, request.Model, ++lost, attempt, new TokenUsage(promptTokens, 0));
            ledger.Record(lostEntry);
            lostUsd += lostEntry.CostUsd;
        }
    }

    private async Task<Answer> CallAsync(EmbeddingsCall call, EmbeddingsRequest request, TenantPolicy policy, Action<UpstreamAttempt, int> onLost)
    {
        if (catalog.Find(request.Model, UpstreamEndpoint.Embeddings) is not { } target)
            return Failed(404, $"The model '{request.Model}' does not exist here.", "invalid_request_error", "model_not_found");
        var permit = await spending.AskAsync(
            call.RequestId, call.TenantId, call.Caller.Budgets(policy), request.Model, ServiceTier.Standard, target, request, static (asked, _) => TokenBound.Of(asked, asked.Model));
        if (permit.Refusal is { } refusal)
            return Failed(refusal.Status, refusal.Message, refusal.Type, refusal.Code) with { Headers = refusal.Headers, Permit = permit };
        var counted = 0;
        try
        {
            counted = await Task.Run(() => request.TokensSent + request.Texts.Sum(t => ModelTokenizer.ForModel(request.Model).Count(t)));
            var answer = await SendAsync(call, request, target, counted, onLost);
            return answer with { Permit = permit with { LostTries = answer.LostTries } };
        }
        catch (OperationCanceledException) when (underWay.CutOff.IsCancellationRequested)
        {
            // Nobody knows how far the provider came: billed as what was sent.
            return Failed(503, UpstreamCall.CutOffMessage, "server_error", null) with { Usage = new TokenUsage(counted, 0), Estimated = true, Permit = permit, CostKnown = false };
        }
        catch (Exception e)
        {
            GatewayLog.RunFailed(logger, e, call.RequestId);
            return Failed(500, "The gateway failed to serve this request.", "server_error", null) with { Permit = permit, CostKnown = false };
        }
    }

    // What it asks for is counted here, should nobody else say.
    private async Task<Answer> SendAsync(EmbeddingsCall call, EmbeddingsRequest request, UpstreamTarget target, int counted, Action<UpstreamAttempt, int> onLost)
    {
        var lost = new List<UpstreamAttempt>();
        await using var reply = await AskAsync();
        var provider = reply.Provider ?? target.Upstream.Name;
        if (reply.Failure != UpstreamFailure.None)
        {
            return Failed(reply.Status, reply.FailureMessage ?? "The provider gave no response.", "upstream_error", reply.Failure.ToString()) with
            {
                Headers = reply.Headers,
                Provider = provider,
                CostKnown = !reply.FailedBilled,
                LostTries = lost.Count,
            };
        }

        var read = await PlainBody.ReadAsync(reply.Body, options.Value.MaxReplyBytes, options.Value.IdleStreamTimeout, underWay.CutOff);
        if (read.Broken is { } broken)
        {
            // It was made and is billed, although the caller gets none of it.
            return Failed(502, broken, "upstream_error", "broken") with { Usage = new TokenUsage(counted, 0), Estimated = true, Provider = provider, CostKnown = false, LostTries = lost.Count };
        }

        var body = read.Bytes;
        var contentType = reply.ContentType ?? "application/json";
        if (reply.Status != 200)
            return new Answer(reply.Status, contentType, reply.Headers, body, default, false, 0, Provider: provider) { LostTries = lost.Count };
        var facts = EmbeddingsFacts.Read(body);
        return new Answer(200, contentType, reply.Headers, body, facts?.Usage ?? new TokenUsage(counted, 0), facts?.Usage is null, facts?.Vectors ?? 0, Provider: provider) { LostTries = lost.Count };

        async ValueTask<UpstreamReply> AskAsync()
        {
            try
            {
                return await target.Upstream.SendAsync(
                    new UpstreamRequest(request.Model, request.WithModel(), false, call.RequestId, UpstreamEndpoint.Embeddings) { Lost = lost }, underWay.CutOff);
            }
            finally
            {
                lost.ForEach(attempt => onLost(attempt, counted));
            }
        }
    }

    private static Answer Failed(int status, string message, string type, string? code) =>
        new(status, "application/json", [], OpenAiErrorBody.Write(new(status, message, type, code, code == "model_not_found" ? "model" : null)), default, false, 0);

    private async Task StoreAsync(EmbeddingsCall call, string model, Answer answer, DateTimeOffset startedAt, long? rulesSeen, TimeSpan timeToLive)
    {
        try
        {
            await shards.WriteAsync(call.Controls.CacheNamespace, PartitionKey(call), new ShardWrite
            {
                TenantId = call.TenantId,
                Fingerprint = call.Fingerprint,
                Question = string.Empty,
                Embedding = [],
                Answer = new StoredAnswer
                {
                    Body = AnswerCompression.Compress(answer.Body),
                    Model = model,
                    Usage = StoredUsage.From(answer.Usage),
                    CreatedAt = startedAt,
                    RulesSeen = rulesSeen,
                    Tags = call.Controls.CacheTags,
                },
                TimeToLiveSeconds = (int)Math.Clamp(timeToLive.TotalSeconds, 1, int.MaxValue),
            });
        }
        catch (Exception e)
        {
            GatewayLog.NotCached(logger, e, call.RequestId);
        }
    }

    // A call in flight that others of its fingerprint may join.
    private sealed record Asking(Task<Answer> Answer, long ArrivedAt, long RulesSeen, string[] Tags);

    private sealed record Answer(
        int Status, string ContentType, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, TokenUsage Usage, bool Estimated, int Vectors, LedgerEntry? Entry = null,
        string? Provider = null, decimal LostUsd = 0)
    {
        public SpendPermit Permit { get; init; } = SpendPermit.Free;

        public int LostTries { get; init; }

        public (string Project, string Key) PaidBy { get; init; }

        /// <summary>Whether its cost is known, so that not the most it can cost is charged.</summary>
        public bool CostKnown { get; init; } = true;
    }
}
