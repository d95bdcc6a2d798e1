using OrleansLlm.Core.Wire;

namespace OrleansLlm.Grains.Upstream;

/// <summary>What a provider is asked for.</summary>
public enum UpstreamEndpoint
{
    ChatCompletions,
    Responses,
    Embeddings,
    Completions,
}

/// <summary>What endpoints belong to.</summary>
public static class UpstreamEndpoints
{
    /// <summary>The endpoint that answers requests of a form.</summary>
    public static UpstreamEndpoint Of(WireForm form) => form switch
    {
        WireForm.Responses => UpstreamEndpoint.Responses,
        WireForm.Completions => UpstreamEndpoint.Completions,
        _ => UpstreamEndpoint.ChatCompletions,
    };

    /// <summary>The form of what it is sent; of a chat for what is none of <see cref="WireForm"/>.</summary>
    public static WireForm Form(this UpstreamEndpoint endpoint) => endpoint switch
    {
        UpstreamEndpoint.Responses => WireForm.Responses,
        UpstreamEndpoint.Completions => WireForm.Completions,
        _ => WireForm.ChatCompletions,
    };

    /// <summary>Whose interface an endpoint is part of.</summary>
    public static UpstreamProtocols Protocol(this UpstreamEndpoint endpoint) => UpstreamProtocols.OpenAI;
}
