namespace OrleansLlm.Grains.Upstream;

/// <summary>One line of <c>GET /v1/models</c>.</summary>
/// <param name="Id">The name callers use.</param>
/// <param name="OwnedBy">The provider's name in the configuration.</param>
public sealed record ServedModel(string Id, string OwnedBy);
