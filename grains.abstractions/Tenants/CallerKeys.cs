using OrleansLlm.Core.Tenants;

namespace OrleansLlm.Grains.Abstractions.Tenants;

/// <summary>Whose key a text is, of those in the configuration and those that were made here, whichever way its holder comes.</summary>
public sealed class CallerKeys(TenantDirectory tenants, IVirtualKeys made)
{
    /// <summary>The caller; null for nobody's key, and for none where keys are needed.</summary>
    /// <exception cref="KeysUnknownException">The keys are out of reach.</exception>
    public async ValueTask<TenantIdentity?> FindAsync(string? key) =>
        key?.StartsWith(KeyText.Prefix, StringComparison.Ordinal) == true ? tenants.IdentityOf(await made.FindAsync(key)) : tenants.Authenticate(key);
}
