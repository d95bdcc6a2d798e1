namespace OrleansLlm.Core.Pricing;

/// <summary>The catalogue's prices as they hold here: those of the provider that serves a model.</summary>
/// <param name="catalog">All prices.</param>
/// <param name="providerOf">
/// Who serves a model, as the catalogue names it, by the model's name and the configured provider (null: the one that it goes to first); null
/// for the model's vendor.
/// </param>
public sealed class ServedPrices(PriceCatalog catalog, Func<string, string?, string?> providerOf)
{
    /// <summary>See <see cref="PriceCatalog.Version"/>.</summary>
    public string Version => catalog.Version;

    /// <summary>What <paramref name="model"/> costs on <paramref name="date"/>; null where that is unknown.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="date">The day, UTC: a price that begins later, or is over, is not taken.</param>
    /// <param name="provider">The configured provider that serves it; null for the one that it goes to first.</param>
    /// <param name="tier">The service tier; one without a price of its own has none.</param>
    public ModelPrice? Find(string model, DateOnly date, string? provider = null, ServiceTier tier = ServiceTier.Standard) =>
        catalog.Find(model, providerOf(model, provider), date, tier);

    /// <inheritdoc cref="Find(string, DateOnly, string?, ServiceTier)"/>
    public ModelPrice? Find(string model, DateTimeOffset at, string? provider = null, ServiceTier tier = ServiceTier.Standard) =>
        Find(model, DateOnly.FromDateTime(at.UtcDateTime), provider, tier);
}
