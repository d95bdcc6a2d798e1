using OrleansLlm.Grains.Abstractions.Tenants;

namespace OrleansLlm.Client.Pages;

/// <summary>Who looks at a page, and whose figures they may see.</summary>
/// <param name="Identity">The tenant of the key that they signed in with.</param>
/// <param name="Tenants">Tenants whose figures they may see, sorted; an operator's are all.</param>
/// <param name="SignedIn">False where no key is needed.</param>
public sealed record PageUser(TenantIdentity Identity, IReadOnlyList<string> Tenants, bool SignedIn)
{
    /// <summary>The tenants meant by <paramref name="asked"/>: one, or all for an empty name; null where the user may not see it or there is none such.</summary>
    public IReadOnlyList<string>? Choose(string asked) =>
        string.IsNullOrEmpty(asked) ? Tenants : Tenants.Contains(asked, StringComparer.Ordinal) ? [asked] : null;
}
