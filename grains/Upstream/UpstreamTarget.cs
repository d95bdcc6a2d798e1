namespace OrleansLlm.Grains.Upstream;

/// <summary>Where a model's calls go.</summary>
/// <param name="Upstream">The provider.</param>
/// <param name="PriceProvider">What to ask the price catalogue for: <c>azure</c>, or <see langword="null"/> for the model vendor's own prices.</param>
/// <param name="TelemetryProvider">Value of <c>gen_ai.provider.name</c>: <c>openai</c>, <c>azure.ai.openai</c> or <c>simulator</c>.</param>
public sealed record UpstreamTarget(IUpstream Upstream, string? PriceProvider, string TelemetryProvider);
