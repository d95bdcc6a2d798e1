namespace OrleansLlm.Core.Requests;

/// <summary>The form in which a request for text came, and in which its answer goes back.</summary>
public enum WireForm
{
    /// <summary><c>POST /v1/chat/completions</c>.</summary>
    ChatCompletions,

    /// <summary><c>POST /v1/responses</c>.</summary>
    Responses,

    /// <summary><c>POST /v1/completions</c>, the legacy text completion.</summary>
    Completions,
}
