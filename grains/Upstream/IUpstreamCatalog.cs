namespace OrleansLlm.Grains.Upstream;

/// <summary>Which provider serves which model.</summary>
public interface IUpstreamCatalog
{
    /// <summary>For the start banner, e.g. <c>openai (https://api.openai.com/v1)</c> or <c>simulator (built in)</c>; holds no key.</summary>
    string Description { get; }

    /// <summary>What <c>GET /v1/models</c> lists, sorted by name. A provider that serves any model lists the ones it is known to have.</summary>
    IReadOnlyList<ServedModel> Models { get; }

    /// <summary>The provider for <paramref name="model"/>: one that names it, else one that takes any; <see langword="null"/> where there is none.</summary>
    UpstreamTarget? Find(string model);
}
