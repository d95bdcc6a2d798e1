using OrleansLlm.Core;

namespace OrleansLlm.Grains.Abstractions.Tenants;

/// <summary>
/// <c>OrleansLlm:Layers</c>: how far each cost layer acts for tenants that do not say otherwise. The verifier, the router or the compressor of a layer that is off for every
/// tenant is not loaded.
/// </summary>
public sealed class LayersOptions
{
    /// <value>Default <see cref="LayerMode.On"/>. Takes effect at start.</value>
    public LayerMode Cache { get; set; } = LayerMode.On;

    /// <value>Default <see cref="LayerMode.On"/>; only aliases such as <c>auto</c> and mapped models are routed.</value>
    public LayerMode Routing { get; set; } = LayerMode.On;

    /// <value>Default <see cref="LayerMode.On"/>.</value>
    public LayerMode Compression { get; set; } = LayerMode.On;
}
