using OrleansLlm.Core.RateLimits;
using OrleansLlm.Grains.Abstractions.RateLimits;

namespace OrleansLlm.Grains.RateLimits;

/// <inheritdoc cref="IRateLimitGrain"/>
internal sealed class RateLimitGrain(TimeProvider time) : Grain, IRateLimitGrain
{
    private readonly Dictionary<(string Subject, RateKind Kind), SlidingWindow> _windows = [];
    private readonly Dictionary<string, ConcurrencyShares> _concurrent = new(StringComparer.Ordinal);

    public ValueTask<RateGrant[]> ExchangeAsync(string process, RateDemand[] demands)
    {
        var now = time.GetElapsedTime(0);
        return new([.. demands.Select(d => d.Kind == RateKind.Concurrent ? Share(process, d, now) : Give(d, now))]);
    }

    private RateGrant Give(RateDemand demand, TimeSpan now)
    {
        if (!_windows.TryGetValue((demand.Subject, demand.Kind), out var window))
            _windows[(demand.Subject, demand.Kind)] = window = new SlidingWindow();
        window.Charge(demand.Charged, now);
        var granted = window.Take(demand.Needed + demand.Spare, demand.Limit, now);
        var missing = demand.Needed - granted;
        return new RateGrant(
            granted,
            Math.Max(0, demand.Limit - window.Used),
            missing > 0 ? window.Until(missing, demand.Limit, now) : TimeSpan.Zero,
            window.Until(demand.Limit, demand.Limit, now));
    }

    private RateGrant Share(string process, RateDemand demand, TimeSpan now)
    {
        if (!_concurrent.TryGetValue(demand.Subject, out var shares))
            _concurrent[demand.Subject] = shares = new ConcurrencyShares();
        var granted = shares.Set(process, demand.Needed + demand.Spare, demand.Limit, now);
        return new RateGrant(granted, Math.Max(0, demand.Limit - shares.Total), TimeSpan.FromSeconds(granted < demand.Needed ? 1 : 0), TimeSpan.Zero);
    }
}
