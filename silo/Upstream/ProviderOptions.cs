using System.ComponentModel.DataAnnotations;

namespace OrleansLlm.Silo.Upstream;

/// <summary>
/// <c>OrleansLlm:Providers:{name}</c>: one upstream. Takes effect at start. Keys are never part of the configuration: it only names the
/// environment variable or file that holds one.
/// </summary>
public sealed class ProviderOptions
{
    /// <value>Default <see cref="ProviderKind.OpenAI"/>.</value>
    public ProviderKind Kind { get; set; }

    /// <value>
    /// Base address without <c>/chat/completions</c> or <c>/messages</c>. Default for OpenAI: <c>https://api.openai.com/v1</c>, for Anthropic:
    /// <c>https://api.anthropic.com/v1</c>; required for Azure (<c>https://{resource}.openai.azure.com</c>).
    /// </value>
    public string? Endpoint { get; set; }

    /// <value>Name of the environment variable that holds the API key.</value>
    public string? ApiKeyVariable { get; set; }

    /// <value>Path of the secret file that holds the API key.</value>
    public string? ApiKeyFile { get; set; }

    /// <value>Azure only: sign in with Entra's default credential chain instead of a key. Default false.</value>
    public bool UseEntra { get; set; }

    /// <value>Models this provider serves. Default empty: any that no other provider names.</value>
    public IList<string> Models { get; } = [];

    /// <value>Azure only: deployment by model name, where they differ. A model listed here counts as served.</value>
    public IDictionary<string, string> Deployments { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <value>
    /// Share of a model's calls where several providers name it, against their weights, 0 to 1,000. Default 1. 0: it is asked only where no other
    /// is ready. The one with the greatest weight is the model's home, where stored responses are kept.
    /// </value>
    [Range(0, 1000)]
    public int Weight { get; set; } = 1;

    /// <value>Longest wait for a connection, 10 ms to 5 minutes. Default 10 s.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <value>
    /// Longest wait for the response head, 10 ms to one hour. Default 10 minutes, as in OpenAI's own clients: a plain (not streamed) answer
    /// sends its head only when it is complete. There is no limit on the whole answer, which would kill long streams.
    /// </value>
    public TimeSpan FirstByteTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether it serves whatever no other provider names.</summary>
    internal bool TakesAny => Models.Count == 0 && Deployments.Count == 0;

    /// <summary>Whether it names <paramref name="model"/>.</summary>
    internal bool Names(string model) => Models.Contains(model, StringComparer.OrdinalIgnoreCase) || Deployments.ContainsKey(model);
}
