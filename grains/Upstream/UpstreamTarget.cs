namespace OrleansLlm.Grains.Upstream;

/// <summary>Where a model's calls go.</summary>
/// <param name="Upstream">The provider.</param>
/// <param name="PriceProvider">What to ask the price catalogue for: <c>azure</c>, or <see langword="null"/> for the model vendor's own prices.</param>
/// <param name="TelemetryProvider">Value of <c>gen_ai.provider.name</c>: <c>openai</c>, <c>azure.ai.openai</c>, <c>anthropic</c> or <c>simulator</c>.</param>
/// <param name="Protocols">What it speaks.</param>
public sealed record UpstreamTarget(
    IUpstream Upstream, string? PriceProvider, string TelemetryProvider, UpstreamProtocols Protocols = UpstreamProtocols.OpenAI)
{
    /// <summary>The providers that share the model's calls, the home first; empty where there is one.</summary>
    public IReadOnlyList<UpstreamTarget> Deployments { get; init; } = [];

    /// <summary>Whether the provider has <paramref name="endpoint"/> at all.</summary>
    public bool Serves(UpstreamEndpoint endpoint) => (Protocols & endpoint.Protocol()) != 0;

    /// <summary>How many tries of one call the provider may bill: more than one where calls that were sent are repeated.</summary>
    public int MostBilledTries { get; init; } = 1;

    /// <summary>Whose prices hold where <paramref name="provider"/> answered; null for the home.</summary>
    public string? PriceProviderOf(string? provider) => Of(provider).PriceProvider;

    /// <summary>The <c>gen_ai.provider.name</c> of the one that answered; null for the home.</summary>
    public string TelemetryProviderOf(string? provider) => Of(provider).TelemetryProvider;

    private UpstreamTarget Of(string? provider) => Deployments.FirstOrDefault(d => d.Upstream.Name == provider) ?? this;
}
