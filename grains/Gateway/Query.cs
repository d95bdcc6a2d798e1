using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tenants;
using OrleansLlm.Core.Wire;
using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Grains.Gateway;

/// <summary>One request on its way through the layers.</summary>
/// <param name="Request">As it came from the API.</param>
/// <param name="Chat">The body as read.</param>
/// <param name="Policy">What the layers may do for its tenant.</param>
/// <param name="Partition">The cache partition, from the gateway's key.</param>
/// <param name="ArrivedAt">A <see cref="TimeProvider.GetTimestamp"/> value.</param>
internal sealed record Query(GatewayRequest Request, ChatRequest Chat, TenantPolicy Policy, string Partition, long ArrivedAt)
{
    public RequestControls Controls => Request.Controls;

    public IWireForm Form => WireForms.Of(Chat.Form);

    public string Question => Chat.Segments.Question;
}
