namespace OrleansLlm.Core.Wire;

/// <summary>The form in which a request for text came, and in which its answer goes back; what differs between them is behind <see cref="IWireForm"/>.</summary>
public enum WireForm
{
    /// <summary><c>POST /v1/chat/completions</c>.</summary>
    ChatCompletions,

    /// <summary><c>POST /v1/responses</c>.</summary>
    Responses,

    /// <summary><c>POST /v1/completions</c>, the legacy text completion.</summary>
    Completions,

    /// <summary>Anthropic's <c>POST /v1/messages</c>.</summary>
    Messages,
}
