namespace OrleansLlm.Grains.Abstractions.Gateway;

/// <summary>Passes <c>POST /v1/messages/count_tokens</c> on to the provider, which counts for nothing. Nothing is cached, ledgered or shortened.</summary>
[Alias("orleansllm.gateway.tokencount.v1")]
public interface ITokenCountGrain : IGrainWithIntegerKey
{
    /// <summary>Counts; an alias stands for the strongest model behind it.</summary>
    [Alias("count"), ResponseTimeout(ResponseTimeouts.FreeQuestion)]
    Task<GatewayReply> CountAsync(GatewayRequest request);
}
