using OrleansLlm.Core.Wire;

namespace OrleansLlm.Grains.Upstream;

/// <summary>What a provider is asked for.</summary>
public enum UpstreamEndpoint
{
    ChatCompletions,
    Responses,
    Embeddings,
    Completions,

    /// <summary>Anthropic's.</summary>
    Messages,

    /// <summary>Anthropic's count of a message's prompt, which costs nothing.</summary>
    CountTokens,
}

/// <summary>What endpoints belong to.</summary>
public static class UpstreamEndpoints
{
    /// <summary>The endpoint that answers requests of a form.</summary>
    public static UpstreamEndpoint Of(WireForm form) => form switch
    {
        WireForm.Responses => UpstreamEndpoint.Responses,
        WireForm.Completions => UpstreamEndpoint.Completions,
        WireForm.Messages => UpstreamEndpoint.Messages,
        _ => UpstreamEndpoint.ChatCompletions,
    };

    /// <summary>The form of what it is sent; of a chat for what is none of <see cref="WireForm"/>.</summary>
    public static WireForm Form(this UpstreamEndpoint endpoint) => endpoint switch
    {
        UpstreamEndpoint.Responses => WireForm.Responses,
        UpstreamEndpoint.Completions => WireForm.Completions,
        UpstreamEndpoint.Messages or UpstreamEndpoint.CountTokens => WireForm.Messages,
        _ => WireForm.ChatCompletions,
    };

    /// <summary>Whose interface an endpoint is part of.</summary>
    public static UpstreamProtocols Protocol(this UpstreamEndpoint endpoint) =>
        endpoint is UpstreamEndpoint.Messages or UpstreamEndpoint.CountTokens ? UpstreamProtocols.Anthropic : UpstreamProtocols.OpenAI;
}
