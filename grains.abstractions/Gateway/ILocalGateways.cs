namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>
/// Gateway grains as an API in the same process asks them: by a call, where a message to one's neighbour costs more than most of what is done with the
/// request. The grain remains the one place where identical requests meet.
/// </summary>
public interface ILocalGateways
{
    /// <summary>As <see cref="IGatewayGrain.CompleteAsync"/>; null where the grain of that key does not live here and is to be asked by message.</summary>
    Task<GatewayReply>? TryComplete(string key, GatewayRequest request, CancellationToken cancellationToken);

    /// <summary>As <see cref="IGatewayGrain.StreamAsync"/>; null likewise.</summary>
    IAsyncEnumerable<GatewayEvent>? TryStream(string key, GatewayRequest request, CancellationToken cancellationToken);
}
