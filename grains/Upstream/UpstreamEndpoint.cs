namespace OrleansLlm.Grains.Upstream;

/// <summary>What a provider is asked for.</summary>
public enum UpstreamEndpoint
{
    ChatCompletions,
    Responses,
    Embeddings,
    Completions,
}
