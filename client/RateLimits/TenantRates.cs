using OrleansLlm.Core.RateLimits;
using OrleansLlm.Grains.Abstractions.RateLimits;

namespace OrleansLlm.Client.RateLimits;

/// <summary>One tenant's limits in this process.</summary>
internal sealed class TenantRates(string tenantId, string process, IClusterClient cluster, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestExchange = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMilliseconds(250);
    private const int MostExchanges = 8;
    private static readonly RateKind[] Kinds = [RateKind.Requests, RateKind.Tokens, RateKind.Concurrent];

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Subject, RateKind Kind), RatePool> _pools = [];
    private Task<bool>? _exchange;

    public async ValueTask<RateTicket> EnterAsync(IReadOnlyList<RateLimit> limits, long tokens)
    {
        var pools = new List<RatePool>(limits.Count * 2);
        for (var attempt = 0; ; attempt++)
        {
            Task<bool> exchange;
            lock (_lock)
            {
                if (attempt == 0)
                    Collect(limits, pools);
                else
                    Wait(pools, tokens, -1);
                if (pools.Find(p => p.Kind == RateKind.Tokens && tokens > p.Limit) is { } tooSmall)
                    return Refuse(pools, tooSmall, null);
                var lacking = pools.FindAll(p => p.Available < AmountOf(p, tokens));
                if (lacking.Count == 0)
                    return Take(pools, tokens);
                var now = time.GetTimestamp();
                // Known to be empty: the grain need not be asked.
                if (lacking.Find(p => p.EmptyUntil > now) is { } empty)
                    return Refuse(pools, empty, Left(now, empty.RetryAt));
                if (attempt == MostExchanges)
                    return Refuse(pools, lacking[0], Left(now, lacking[0].RetryAt));
                Wait(pools, tokens, 1);
                exchange = _exchange ??= Task.Run(ExchangeAsync);
            }

            var isKnown = false;
            try
            {
                isKnown = await exchange;
            }
            finally
            {
                if (!isKnown)
                {
                    lock (_lock)
                        Wait(pools, tokens, -1);
                }
            }

            if (!isKnown)
                return RateTicket.Unlimited;
        }
    }

    /// <summary>A request used more (positive) or less than it had taken.</summary>
    /// <param name="pools">What it took from.</param>
    /// <param name="more">How much.</param>
    /// <param name="takenAt">When, a <see cref="TimeProvider.GetTimestamp"/> value: of a minute that is over nothing is left to give back.</param>
    public void Correct(IReadOnlyList<RatePool> pools, long more, long takenAt)
    {
        if (more < 0 && time.GetElapsedTime(takenAt) >= SlidingWindow.Period)
            return;
        lock (_lock)
        {
            foreach (var pool in pools.Where(static p => p.Kind == RateKind.Tokens))
                pool.Held -= more;
        }
    }

    /// <summary>A request has ended.</summary>
    public void Leave(IReadOnlyList<RatePool> pools)
    {
        lock (_lock)
        {
            foreach (var pool in pools.Where(static p => p.Kind == RateKind.Concurrent))
                pool.Running--;
        }
    }

    /// <summary>Gives back what was not used lately, pays what was used beyond what was taken, and says that running requests still run.</summary>
    public async Task TidyAsync()
    {
        Task exchange;
        lock (_lock)
        {
            exchange = _exchange ?? (_pools.Values.Any(static p => p.IsOpen) ? _exchange = Task.Run(ExchangeAsync) : Task.CompletedTask);
        }

        await exchange;
        lock (_lock)
        {
            foreach (var pool in _pools.Values)
                pool.Used = false;
        }
    }

    private static void Wait(List<RatePool> pools, long tokens, int sign)
    {
        foreach (var pool in pools)
            pool.Waiting += sign * AmountOf(pool, tokens);
    }

    private TimeSpan Left(long now, long until) => until > now ? time.GetElapsedTime(now, until) : TimeSpan.Zero;

    private static long AmountOf(RatePool pool, long tokens) => pool.Kind == RateKind.Tokens ? tokens : 1;

    private void Collect(IReadOnlyList<RateLimit> limits, List<RatePool> pools)
    {
        foreach (var limit in limits)
        {
            foreach (var kind in Kinds)
            {
                if (limit.Of(kind) is not { } most)
                    continue;
                if (!_pools.TryGetValue((limit.Subject, kind), out var pool))
                    _pools[(limit.Subject, kind)] = pool = new RatePool(limit.Subject, kind);
                pool.Limit = most;
                pools.Add(pool);
            }
        }
    }

    private RateTicket Take(List<RatePool> pools, long tokens)
    {
        foreach (var pool in pools)
        {
            pool.Used = true;
            if (pool.Kind == RateKind.Concurrent)
                pool.Running++;
            else
                pool.Held -= AmountOf(pool, tokens);
        }

        return new RateTicket(this, pools, tokens, Figures(pools), null, time.GetTimestamp());
    }

    private RateTicket Refuse(List<RatePool> pools, RatePool by, TimeSpan? retryAfter) =>
        new(null, [], 0, Figures(pools), new RateRefusal(by.Subject, by.Kind, by.Limit, retryAfter));

    private List<RateFigures> Figures(List<RatePool> pools)
    {
        var now = time.GetTimestamp();
        return
        [
            .. pools.GroupBy(static p => p.Kind).Select(g => g.MinBy(static p => p.Remaining + Math.Max(0, p.Available))!).Select(p => new RateFigures(
                p.Kind, p.Limit, Math.Clamp(p.Remaining + p.Available, 0, p.Limit), Left(now, p.ResetsAt))),
        ];
    }

    // One at a time; what comes meanwhile goes with the next. False where the grain cannot be reached.
    private async Task<bool> ExchangeAsync()
    {
        RatePool[] pools;
        RateDemand[] demands;
        lock (_lock)
        {
            pools = [.. _pools.Values.Where(static p => p.IsOpen)];
            demands = [.. pools.Select(Demand)];
        }

        try
        {
            var grants = await cluster.GetGrain<IRateLimitGrain>(tenantId).ExchangeAsync(process, demands).AsTask().WaitAsync(LongestExchange, time);
            lock (_lock)
            {
                for (var i = 0; i < pools.Length; i++)
                    Credit(pools[i], demands[i], grants[i]);
                _exchange = null;
            }

            return true;
        }
        catch (Exception e)
        {
            // Before anything that may fail itself: what has ended is nothing to wait for.
            lock (_lock)
                _exchange = null;
            RateLimitLog.Unknown(logger, e, tenantId);
            return false;
        }
    }

    private static RateDemand Demand(RatePool pool)
    {
        var spare = pool.Kept - pool.Waiting;
        if (pool.Kind == RateKind.Concurrent)
        {
            // The grain may give the rest to another process before its reply is here.
            pool.Held = Math.Min(pool.Held, pool.Running + pool.Kept);
            return new RateDemand(pool.Subject, pool.Kind, pool.Limit, pool.Running + pool.Waiting, spare, 0);
        }

        // What lies idle goes back, or it would be here still when the minute that it was taken from is over; what is owed is paid.
        var charged = Math.Clamp(pool.Held, 0, pool.Kept) - pool.Held;
        pool.Held += charged;
        var needed = Math.Max(0, pool.Waiting - pool.Held);
        return new RateDemand(pool.Subject, pool.Kind, pool.Limit, needed, needed > 0 ? spare : 0, charged);
    }

    private void Credit(RatePool pool, RateDemand demand, RateGrant grant)
    {
        var now = time.GetTimestamp();
        pool.Held = pool.Kind == RateKind.Concurrent ? grant.Granted : pool.Held + grant.Granted;
        pool.Remaining = grant.Remaining;
        pool.ResetsAt = now + Ticks(grant.ResetsAfter);
        pool.RetryAt = now + Ticks(grant.RetryAfter);
        // Not for as long as that: others may give back what they do not use.
        pool.EmptyUntil = grant.Granted < demand.Needed ? now + Ticks(grant.RetryAfter < LongestSilence ? grant.RetryAfter : LongestSilence) : 0;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
