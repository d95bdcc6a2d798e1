using Orleans.Runtime;
using OrleansLlm.Client.Configuration;
using OrleansLlm.Client.Hosting.Tls;

namespace OrleansLlm.Silo.Hosting;

/// <summary>
/// A handshake with silos that serve, before this one says that it joins them. Orleans lets it say so first and then try to reach them for minutes; as long as
/// it stands there they ask it which grains it has wherever they have to find that out anew, and their callers wait for its answer.
/// </summary>
/// <param name="membership">Who serves.</param>
/// <param name="local">This silo.</param>
/// <param name="tls">How this silo talks to others; null without TLS.</param>
internal sealed class JoinCheck(IClusterMembershipService membership, ILocalSiloDetails local, ClusterTls? tls) : ILifecycleParticipant<ISiloLifecycle>
{
    // After the membership was read, before this silo stands in it.
    private const int Stage = ServiceLifecycleStage.RuntimeGrainServices + 1;

    // One that takes this silo's certificate is enough: one authority vouches for all.
    private const int MostPeers = 3;

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(nameof(JoinCheck), Stage, CheckAsync);

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var peers = membership.CurrentSnapshot.Members.Values
            .Where(m => m.Status == SiloStatus.Active && !m.SiloAddress.Endpoint.Equals(local.SiloAddress.Endpoint)).Select(static m => m.SiloAddress.Endpoint);
        var refusals = new List<string>();
        foreach (var peer in peers.Take(MostPeers))
        {
            var handshake = await PeerHandshake.WithAsync(peer, tls, cancellationToken);
            if (handshake.IsTaken)
                return;
            if (handshake.Refusal is { } refusal)
                refusals.Add($"The silo at {peer} {refusal}");
        }

        ConfigurationException.ThrowIfAny(refusals);
    }
}
