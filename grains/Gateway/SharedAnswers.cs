using OrleansLlm.Core;
using OrleansLlm.Grains.Abstractions.Caching;
using OrleansLlm.Grains.Caching;

namespace OrleansLlm.Grains.Gateway;

/// <summary>
/// What the identical requests of one activation share: answers given before, and runs in flight. Safe from any thread: a request of the activation's
/// own process comes past its turns.
/// </summary>
/// <param name="exact">Answers given before.</param>
/// <param name="time">Judges the age of runs.</param>
internal sealed class SharedAnswers(ExactAnswers exact, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, QueryRun> _inFlight = new(StringComparer.Ordinal);

    /// <summary>Whether the query may be given what another of its kind was given.</summary>
    public static bool Reads(Query query) => query.Policy.Cache == LayerMode.On && SemanticCache.Reads(query);

    /// <summary>See <see cref="ExactAnswers.Find"/>.</summary>
    public StoredAnswer? Find(Query query)
    {
        lock (_lock)
            return exact.Find(query.Request.Fingerprint, query.Controls.MaxAgeSeconds);
    }

    /// <summary>
    /// The run in flight whose answer will be the query's too, else a new one, not yet under way. That is the one to join from then on; one that began
    /// before a rule forbade its answer, or too long ago, goes on for those that read it.
    /// </summary>
    /// <param name="query">One that reads.</param>
    /// <param name="rules">Its tenant's, known since it came.</param>
    /// <param name="bufferLimit">See <see cref="ReplayBuffer"/>; of a run that is made.</param>
    public (QueryRun Run, ReplayReader Reader, bool Joined) Join(Query query, KnownRules rules, long bufferLimit)
    {
        lock (_lock)
        {
            var replaces = false;
            if (_inFlight.TryGetValue(query.RunKey, out var running))
            {
                replaces = !MayBeGiven(running, query, rules);
                if (!replaces && running.TryAttach() is { } joined)
                    return (running, joined, true);
            }

            var run = new QueryRun(query, bufferLimit) { RulesSeen = rules.Sequence, Replaces = replaces };
            _inFlight[query.RunKey] = run;
            return (run, run.TryAttach()!, false);
        }
    }

    /// <summary>Nobody joins the run any more.</summary>
    public void Land(QueryRun run)
    {
        lock (_lock)
        {
            if (_inFlight.TryGetValue(run.Query.RunKey, out var current) && current == run)
                _inFlight.Remove(run.Query.RunKey);
        }
    }

    /// <summary>Keeps a run's answer, once it has ended, for the next of its kind.</summary>
    public async Task KeepAsync(QueryRun run)
    {
        await run.End;
        if (run.Stored is not { } stored)
            return;
        lock (_lock)
            exact.Keep(run.Query.Request.Fingerprint, stored, run.Query.Policy.CacheTimeToLive);
    }

    private bool MayBeGiven(QueryRun run, Query query, KnownRules rules) =>
        query.Controls.Accepts(time.GetElapsedTime(run.Query.ArrivedAt))
        && rules.Allow(default, run.RulesSeen, query.Request.Fingerprint, query.Controls.CacheNamespace, run.Query.Controls.CacheTags);
}
