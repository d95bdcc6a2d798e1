namespace OrleansLlm.Core.Pricing;

/// <summary>The catalogue's prices as they hold here: those of the provider that serves a model.</summary>
/// <param name="catalog">All prices.</param>
/// <param name="providerOf">Who serves a model, as the catalogue names it; null for the model's vendor.</param>
public sealed class ServedPrices(PriceCatalog catalog, Func<string, string?> providerOf)
{
    /// <summary>What <paramref name="model"/> costs on <paramref name="date"/> (default: the latest price known); null where that is unknown.</summary>
    public ModelPrice? Find(string model, DateOnly? date = null) => catalog.Find(model, providerOf(model), date);
}
