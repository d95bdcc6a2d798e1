using System.Diagnostics.Metrics;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Telemetry;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Grains.Gateway;

/// <summary>The gateway's meters. Tags are enum names and configured names only, so that their number is bounded.</summary>
public sealed class GatewayTelemetry
{
    public const string MeterName = "OrleansLlm";

    private readonly Counter<long> _failOpen;
    private readonly Counter<long> _lookups;
    private readonly Counter<long> _verified;
    private readonly Counter<long> _feedback;
    private readonly Counter<long> _compared;
    private readonly Counter<long> _routes;
    private readonly UpDownCounter<int> _drifted;
    private readonly Counter<long> _routesCompared;
    private readonly Counter<long> _compressTokens;
    private readonly Counter<long> _fallbacks;
    private readonly Counter<double> _cost;
    private readonly Counter<double> _saved;
    private readonly Counter<long> _unpriced;
    private readonly Histogram<double> _duration;

    private readonly Counter<long> _ledgerLost;
    private readonly Meter _meter;
    private readonly GenAiTelemetry _genAi;
    private long _active;
    private long _ledgered;

    public GatewayTelemetry(IMeterFactory meters, GenAiTelemetry genAi)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _genAi = genAi;
        var meter = _meter = meters.Create(MeterName);
        // A sum that is told when it is read: each entry is written while a caller waits.
        meter.CreateObservableCounter("orleansllm.ledger.entries", () => Interlocked.Read(ref _ledgered), "{entry}", "Ledger entries written");
        _ledgerLost = meter.CreateCounter<long>("orleansllm.ledger.lost", "{entry}", "Ledger entries that neither disk nor memory took");
        _failOpen = meter.CreateCounter<long>("orleansllm.layer.fail_open", "{request}", "Requests that a layer let pass because it could not decide");
        _lookups = meter.CreateCounter<long>("orleansllm.cache.lookups", "{request}", "Requests by what the cache did for them");
        _verified = meter.CreateCounter<long>("orleansllm.cache.verified", "{candidate}", "Candidates by the verifier's outcome");
        _feedback = meter.CreateCounter<long>("orleansllm.cache.feedback", "{verdict}", "Callers' verdicts on hits");
        _compared = meter.CreateCounter<long>("orleansllm.cache.compared", "{answer}", "Cached answers held against the upstream's, by verdict");
        _routes = meter.CreateCounter<long>("orleansllm.route.decisions", "{request}", "Route decisions by reason");
        _drifted = meter.CreateUpDownCounter<int>("orleansllm.route.drifted", "{tenant}", "Tenants whose scores have drifted from their certificate's");
        _routesCompared = meter.CreateCounter<long>("orleansllm.route.compared", "{answer}", "Routed answers held against the other tier's, by outcome");
        _compressTokens = meter.CreateCounter<long>("orleansllm.compress.tokens", "{token}", "Prompt tokens kept and removed");
        _fallbacks = meter.CreateCounter<long>("orleansllm.upstream.fallbacks", "{request}", "Requests that another model answered, by reason");
        meter.CreateObservableUpDownCounter("orleansllm.requests.active", () => Interlocked.Read(ref _active), "{request}", "Requests that are being answered anew, shared ones once");
        _cost = meter.CreateCounter<double>("orleansllm.cost.usd", "{USD}", "Money: baseline and actual");
        _saved = meter.CreateCounter<double>("orleansllm.saved.usd", "{USD}", "Money saved, by layer");
        _unpriced = meter.CreateCounter<long>("orleansllm.unpriced", "{request}", "Requests to models without a price");
        _duration = meter.CreateHistogram<double>("orleansllm.layer.duration", "ms", "Time a layer added to a request");
    }

    /// <summary>
    /// Begins what alerts watch for rising at nothing, once somebody collects it: of a series that begins at one Prometheus sees no rise
    /// (https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics).
    /// </summary>
    public void BeginAtNothing()
    {
        _ledgerLost.Add(0);
        _unpriced.Add(0);
        _feedback.Add(0, Verdict(isWrong: false));
        _feedback.Add(0, Verdict(isWrong: true));
    }

    /// <summary>Shows what each sink of the ledger has still to take.</summary>
    public void ObserveLedger(Func<IEnumerable<KeyValuePair<string, long>>> behind) => _meter.CreateObservableGauge(
        "orleansllm.ledger.pending",
        () => behind().Select(static b => new Measurement<long>(b.Value, new KeyValuePair<string, object?>("sink", b.Key))),
        "By",
        "Bytes of ledger entries that a sink has not taken yet");

    /// <summary>Shows what waits in each model's lane: what silos are scaled by.</summary>
    public void ObserveLanes(Func<IEnumerable<KeyValuePair<string, int>>> queued) => _meter.CreateObservableGauge(
        "orleansllm.lane.queued",
        () => queued().Select(static q => new Measurement<int>(q.Value, new KeyValuePair<string, object?>("lane", q.Key))),
        "{item}",
        "Items that wait in a model's lane");

    /// <summary>Entries went to the journal, or were lost.</summary>
    public void Ledgered(int entries, bool lost)
    {
        if (lost)
            _ledgerLost.Add(entries);
        else
            Interlocked.Add(ref _ledgered, entries);
    }

    /// <summary>A layer let a request pass undecided.</summary>
    public void FailOpen(string layer, string reason) => _failOpen.Add(1, new("layer", layer), new("reason", reason));

    /// <summary>Another model answered.</summary>
    public void FellBack(FallbackReason reason) => _fallbacks.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    /// <summary>A request began (1) or ended (-1) to be answered anew.</summary>
    public void Active(int change) => Interlocked.Add(ref _active, change);

    public void Verified(string outcome) => _verified.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>A caller judged a hit.</summary>
    public void Feedback(bool isWrong) => _feedback.Add(1, Verdict(isWrong));

    /// <summary>A cached answer was held against the upstream's.</summary>
    public void Compared(AnswerComparison comparison, bool wasHit) => _compared.Add(
        1, new("verdict", comparison.Verdict.ToString()), new("reason", comparison.Reason.ToString()), new("of", wasHit ? "hit" : "miss"));

    /// <summary>A tenant's scores drifted from its certificate's, or came back.</summary>
    public void RouteDrift(string tenant, bool hasDrifted) => _drifted.Add(hasDrifted ? 1 : -1, new KeyValuePair<string, object?>("tenant", tenant));

    /// <summary>A routed answer was held against the other tier's.</summary>
    public void RouteCompared(bool wentDown, bool? weakWasEnough) => _routesCompared.Add(
        1, new("routed", wentDown ? "down" : "up"), new("weak", weakWasEnough switch { true => "enough", false => "worse", null => "unsure" }));

    /// <summary>Counts finished requests from their ledger entries.</summary>
    public void Finished(IReadOnlyCollection<LedgerEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        foreach (var (kind, count) in entries.CountBy(static e => e.HitKind))
            _lookups.Add(count, new KeyValuePair<string, object?>("kind", kind.ToString().ToLowerInvariant()));
        foreach (var ((model, reason), count) in entries.CountBy(static e => (e.UsedModel, e.RouteReason)))
        {
            if (reason is not null)
                _routes.Add(count, new("tier", _genAi.Bounded(model)), new("reason", reason));
        }

        if (entries.Count(static e => !e.Priced) is > 0 and var unpriced)
            _unpriced.Add(unpriced);
        _cost.Add((double)entries.Sum(static e => e.BaselineUsd), new KeyValuePair<string, object?>("kind", "baseline"));
        _cost.Add((double)entries.Sum(static e => e.CostUsd), new KeyValuePair<string, object?>("kind", "actual"));
        Saved("cache", entries, static e => e.Saved.Cache);
        Saved("routing", entries, static e => e.Saved.Routing);
        Saved("compression", entries, static e => e.Saved.Compression);
        CountPromptTokens([.. entries.Where(static e => e.HitKind is HitKind.Miss or HitKind.Bypass && e.Usage.PromptTokens > 0)]);
        foreach (var entry in entries)
            Timed(entry);
    }

    private static KeyValuePair<string, object?> Verdict(bool isWrong) => new("verdict", isWrong ? "wrong" : "right");

    // A counter only rises; a route up costs money, which the ledger shows with its sign.
    private void Saved(string layer, IEnumerable<LedgerEntry> entries, Func<LedgerEntry, decimal> usd)
    {
        if (entries.Sum(e => Math.Max(0, usd(e))) is > 0 and var saved)
            _saved.Add((double)saved, new KeyValuePair<string, object?>("layer", layer));
    }

    private void CountPromptTokens(List<LedgerEntry> sent)
    {
        if (sent.Count == 0)
            return;
        _compressTokens.Add(sent.Sum(static e => (long)e.Usage.PromptTokens), new KeyValuePair<string, object?>("state", "kept"));
        _compressTokens.Add(sent.Sum(static e => (long)Math.Max(0, e.PromptTokensBefore - e.Usage.PromptTokens)), new KeyValuePair<string, object?>("state", "removed"));
    }

    // Of a distribution each has its own place.
    private void Timed(LedgerEntry entry)
    {
        if (entry.HitKind is not (HitKind.Verification or HitKind.Attempt))
        {
            _genAi.Answered(entry.RequestedModel, entry.Times.Total / 1000, entry.Status);
            if (entry.HitKind is HitKind.Exact or HitKind.Semantic && entry.Status < 400)
                _genAi.FirstToken(entry.RequestedModel, entry.Times.Total / 1000);
        }

        Took("cache", entry.Times.Cache);
        Took("routing", entry.Times.Routing);
        Took("compression", entry.Times.Compression);
        Took("upstream", entry.Times.Upstream);
    }

    private void Took(string layer, double milliseconds)
    {
        if (milliseconds > 0)
            _duration.Record(milliseconds, new KeyValuePair<string, object?>("layer", layer));
    }
}
