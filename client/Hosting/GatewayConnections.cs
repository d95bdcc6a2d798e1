using System.Net;
using Orleans.Runtime;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Client.Hosting;

/// <summary>
/// Keeps a connection with every silo. A silo answers a client by the connection that they have, and where they have none by the silo through which
/// it was asked, which may have left meanwhile, and the answer with it. A silo that leaves tells those who are connected with it that they must ask
/// others; who connects after that is cut off. Orleans by itself connects with a silo that came later only when it calls a grain that hashes to
/// where nothing was called before.
/// </summary>
internal sealed class GatewayConnections(IClusterClient cluster, GatewayList gateways, TimeProvider time) : BackgroundService
{
    /// <summary>
    /// How often the list of silos is read, and what is on it knocked at: a silo may be unknown for twice as long, and one that has gone be asked for so long.
    /// A silo takes longer than twice this to leave.
    /// </summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Orleans' own, in every silo: calls to what belongs to a silo go to that silo's gateway, all others to the gateway of their grain's hash.
    private static readonly GrainType s_siloControl = SystemTargetGrainId.CreateGrainType("silo-control");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await ConnectAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task ConnectAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Not the store's latest: a knock at a gateway that Orleans does not know yet goes to another silo, which cannot pass it on. One that is out of
            // reach must not keep the next from being found.
            await Task.WhenAll(gateways.Latest.Select(KnockAsync)).WaitAsync(Interval, time, stoppingToken);
        }
        catch (Exception) when (!stoppingToken.IsCancellationRequested)
        {
            // Whatever kept it from connecting: a second later it is tried again.
        }
    }

    private Task KnockAsync(Uri gateway)
    {
        // A gateway's address is known without the start of its silo.
        var address = SiloAddress.New(new IPEndPoint(IPAddress.Parse(gateway.Host), gateway.Port), 0);
        return cluster.GetGrain<ISiloDoor>(SystemTargetGrainId.Create(s_siloControl, address).GrainId).KnockAsync().AsTask();
    }
}
