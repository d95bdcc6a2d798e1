namespace OrleansLlm.Grains.Upstream;

/// <summary>Which provider serves which model.</summary>
public interface IUpstreamCatalog
{
    /// <summary>For the start banner, e.g. <c>openai (https://api.openai.com/v1)</c> or <c>simulator (built in)</c>; holds no key.</summary>
    string Description { get; }

    /// <summary>What <c>GET /v1/models</c> lists, sorted by name. A provider that serves any model lists the ones it is known to have.</summary>
    IReadOnlyList<ServedModel> Models { get; }

    /// <summary>The provider for <paramref name="model"/>: one that names it, else one that takes any; <see langword="null"/> where there is none.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="endpoint">What it will be asked for: a provider that has no such endpoint is passed over. Null: whichever.</param>
    UpstreamTarget? Find(string model, UpstreamEndpoint? endpoint = null);
}
