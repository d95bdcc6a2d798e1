using System.Collections.Concurrent;
using OrleansLlm.Core.RateLimits;

namespace OrleansLlm.Client.RateLimits;

/// <summary>
/// Lets a request in or not, by limits that hold for the whole cluster. Each tenant's grain counts; this process hands out what it was given in
/// advance, so that most requests ask nobody. Where the grain is out of reach requests are let in: money is what budgets guard.
/// </summary>
internal sealed class RateLimiter(IClusterClient cluster, TimeProvider time, ILogger<RateLimiter> logger, IHostApplicationLifetime? lifetime = null) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    private readonly string _process = Guid.NewGuid().ToString("N");
    private readonly ConcurrentDictionary<string, TenantRates> _tenants = new(StringComparer.Ordinal);

    /// <summary>Takes one request and its tokens from every limit, or from none.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="limits">All that hold for the request; none lets it in.</param>
    /// <param name="tokens">As estimated; see <see cref="RateTicket.Correct"/>.</param>
    public ValueTask<RateTicket> EnterAsync(string tenantId, IReadOnlyList<RateLimit> limits, long tokens) =>
        limits.Count == 0 ? new(RateTicket.Unlimited) : RatesOf(tenantId).EnterAsync(limits, tokens);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        // Before the silo beside it stops answering, not after.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime?.ApplicationStopping ?? CancellationToken.None);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
                await Task.WhenAll(_tenants.Values.Select(static t => t.TidyAsync()));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private TenantRates RatesOf(string tenantId) => _tenants.GetOrAdd(tenantId, id => new TenantRates(id, _process, cluster, time, logger));
}
