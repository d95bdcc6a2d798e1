namespace OrleansLlm.Grains.Upstream;

/// <summary>Which provider answers for a model.</summary>
public interface IUpstreamCatalog
{
    /// <summary>The provider for <paramref name="model"/>, and the name it goes by there; null where none serves it.</summary>
    UpstreamRoute? Find(string model);

    /// <summary>Models that can be named to a caller, with their provider.</summary>
    IReadOnlyList<ServedModel> Models { get; }
}

/// <param name="Upstream">Who answers.</param>
/// <param name="UpstreamModel">The model or deployment name to write into the body.</param>
public sealed record UpstreamRoute(IUpstream Upstream, string UpstreamModel);

/// <param name="Model">What a caller writes into <c>model</c>.</param>
/// <param name="Provider">The provider's name in the configuration.</param>
public readonly record struct ServedModel(string Model, string Provider);
