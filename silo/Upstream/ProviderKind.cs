namespace OrleansLlm.Silo.Upstream;

/// <summary>How to talk to a provider.</summary>
public enum ProviderKind
{
    /// <summary>Any endpoint that speaks OpenAI's chat completions: OpenAI itself, vLLM, Ollama, other vendors' compatible addresses.</summary>
    OpenAI,

    /// <summary>An Azure OpenAI resource, addressed by deployment.</summary>
    AzureOpenAI,

    /// <summary>Anthropic's Messages, or an endpoint that speaks them. Serves <c>/v1/messages</c> and nothing else.</summary>
    Anthropic,

    /// <summary>The built-in simulator; see <see cref="SimulatorOptions"/>.</summary>
    Simulator,
}
