using Orleans.Runtime;
using OrleansLlm.Client.Hosting;
using OrleansLlm.Grains.Caching;
using OrleansLlm.Grains.Gateway;
using OrleansLlm.Grains.Ledger;
using OrleansLlm.Grains.Routing;

namespace OrleansLlm.Silo.Hosting;

/// <summary>
/// The order in which a silo leaves its cluster. While it says that it is shutting down, so that nothing new is placed in it, it sends new requests
/// elsewhere and finishes those under way; then it tells what they cost; only then are its grains deactivated. Orleans by itself deactivates
/// at once, and with it every stream that waits for its next token.
/// </summary>
/// <remarks>The services that tell are no hosted services: those stop before the silo does, and what is finished after them would be told by nobody.</remarks>
internal sealed class SiloDeparture(
    RequestsUnderWay requests,
    RouteVerifier routeVerifier,
    ShadowVerifier shadowVerifier,
    ServedAnswers served,
    SpendSettler settler,
    LedgerWriter ledger,
    IClusterMembershipService membership,
    ILocalSiloDetails local,
    TimeProvider time,
    IHostApplicationLifetime lifetime) : ILifecycleParticipant<ISiloLifecycle>
{
    // The stage at whose stop Orleans tells the others that this silo is gone; at the next it lets go of its connections, and of what comes by them.
    private const int Gone = ServiceLifecycleStage.RuntimeInitialize + 1;

    // Until all know it, and until what they had sent before that was turned away.
    private static readonly TimeSpan s_lastCalls = TimeSpan.FromSeconds(2);

    // A call that is cut off ends at once; its answer's tokens are counted, and others' grains told.
    private static readonly TimeSpan s_lastBookings = TimeSpan.FromSeconds(5);

    // In the order in which they stop: a check's last call is still settled, and what was settled is still written.
    private readonly BackgroundService[] _services = [routeVerifier, shadowVerifier, served, settler, ledger];

    // BecomeActive is the stage at whose stop Orleans writes ShuttingDown; deactivation is the next.
    public void Participate(ISiloLifecycle observer)
    {
        observer.Subscribe(nameof(SiloDeparture), ServiceLifecycleStage.Active, StartAsync);
        observer.Subscribe(nameof(SiloDeparture), ServiceLifecycleStage.BecomeActive, static _ => Task.CompletedTask, LeaveAsync);
        observer.Subscribe(nameof(SiloDeparture), Gone, static _ => Task.CompletedTask, TurnAwayAsync);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var service in _services)
        {
            await service.StartAsync(cancellationToken);
            _ = service.ExecuteTask!.ContinueWith(
                _ => lifetime.StopApplication(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        requests.Leave();
        try
        {
            await requests.Idle.WaitAsync(GatewayHostDefaults.DrainLimit, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await CutOffAsync();
        }

        foreach (var service in _services)
            await service.StopAsync(cancellationToken);
    }

    // Their callers are told, and what they cost is booked while somebody is left to do it.
    private async Task CutOffAsync()
    {
        await requests.CutOffAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await requests.Idle.WaitAsync(s_lastBookings, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task TurnAwayAsync(CancellationToken cancellationToken)
    {
        if (membership.CurrentSnapshot.Members.Values.Any(m => m.Status == SiloStatus.Active && !m.SiloAddress.Equals(local.SiloAddress)))
            await Task.Delay(s_lastCalls, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
