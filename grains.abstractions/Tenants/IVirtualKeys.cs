using OrleansLlm.Core.Tenants;

namespace OrleansLlm.Grains.Abstractions.Tenants;

/// <summary>The keys that were made here, as this process knows them.</summary>
public interface IVirtualKeys
{
    /// <summary>Whose key this is; null where it is nobody's.</summary>
    /// <exception cref="KeysUnknownException">The keys are out of reach.</exception>
    ValueTask<VirtualKey?> FindAsync(string text);
}
