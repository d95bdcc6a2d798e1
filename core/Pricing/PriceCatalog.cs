using System.Globalization;
using System.Text.Json;

namespace OrleansLlm.Core.Pricing;

/// <summary>
/// Prices by model, provider and day. A model it does not know has no price: guessing one would put an invented figure into the ledger.
/// Immutable and safe to share.
/// </summary>
public sealed class PriceCatalog
{
    private const string DefaultResource = "OrleansLlm.Core.Pricing.catalog.json";

    /// <summary>Providers that a <c>provider/model</c> name may be prefixed with; an unknown prefix is part of the model's name.</summary>
    private static readonly HashSet<string> Providers = new(["openai", "azure", "anthropic", "gemini"], StringComparer.OrdinalIgnoreCase);

    private static readonly Lazy<PriceCatalog> Shipped = new(LoadShipped);

    private readonly PriceTable _overrides;
    private readonly PriceTable _prices;

    private PriceCatalog(string version, PriceTable prices, PriceTable overrides)
    {
        Version = version;
        _prices = prices;
        _overrides = overrides;
    }

    /// <summary>The catalogue that ships with the product.</summary>
    public static PriceCatalog Default => Shipped.Value;

    /// <summary>The list's own version, a date; with <c>+overrides</c> where a deployment set prices of its own.</summary>
    public string Version { get; }

    /// <summary>Names of all priced models, overrides included, sorted; dated rows once.</summary>
    public IReadOnlyList<string> Models =>
        [.. _overrides.Models.Concat(_prices.Models).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];

    /// <summary>All listed rows, overrides left out.</summary>
    public IReadOnlyList<ModelPrice> Prices => [.. _prices.Rows.OrderBy(static p => PriceKey.Of(p).ToString(), StringComparer.Ordinal).ThenBy(static p => p.ValidFrom)];

    /// <summary>A catalogue of just these prices.</summary>
    /// <exception cref="FormatException">A price is out of range; the message names the model and field.</exception>
    public static PriceCatalog Create(string version, IEnumerable<ModelPrice> prices)
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(prices);
        return new PriceCatalog(version, PriceTable.Create(prices), PriceTable.Empty);
    }

    /// <summary>Reads a catalogue in the shape of the shipped <c>catalog.json</c>.</summary>
    /// <exception cref="FormatException">The text is no catalogue or a price is out of range.</exception>
    public static PriceCatalog Load(Stream utf8Json)
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        try
        {
            var document = JsonSerializer.Deserialize(utf8Json, PriceCatalogJson.Default.PriceCatalogDocument)
                ?? throw new FormatException("The price catalogue is empty: an object with version and prices is expected.");
            return Create(document.Version, document.Prices);
        }
        catch (JsonException e)
        {
            throw new FormatException($"The price catalogue is not valid: {e.Message}", e);
        }
    }

    /// <summary>The listed rows in the form that <see cref="Load"/> reads.</summary>
    /// <param name="source">Where the figures come from.</param>
    public byte[] ToUtf8Json(string source) => JsonSerializer.SerializeToUtf8Bytes(
        new PriceCatalogDocument { Version = Version, Source = source, Prices = Prices }, PriceCatalogJson.Default.PriceCatalogDocument);

    /// <summary>The same catalogue with prices that win over the listed ones, for a deployment's negotiated or private models.</summary>
    /// <exception cref="FormatException">
    /// A price is out of range, or names no lengths where the listed one that it hides is dearer for long prompts; the message names the model and field.
    /// </exception>
    public PriceCatalog WithOverrides(IEnumerable<ModelPrice> overrides)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        var table = PriceTable.Create(overrides);
        foreach (var price in table.Rows.Where(static p => p.LongContext.Count == 0))
        {
            // One price for every length, taken for granted, would book a long prompt at a fraction of its cost.
            if (_prices.HiddenBy(price).FirstOrDefault(static p => p.LongContext.Count > 0) is { } hidden)
            {
                throw new FormatException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Price of {price.Model}: LongContext: the catalogue's price of {PriceKey.Of(hidden)}, which it replaces, is another above {hidden.LongContext[0].AboveTokens} tokens; name yours."));
            }
        }

        return table.IsEmpty ? this : new PriceCatalog(Version + "+overrides", _prices, table);
    }

    /// <summary>
    /// The price of <paramref name="model"/>, or <see langword="null"/> where there is none. The name may carry a provider
    /// (<c>azure/gpt-4o</c>) and a snapshot date (<c>gpt-4o-2024-08-06</c> has its family's price unless it is listed itself).
    /// </summary>
    /// <param name="model">Model name, compared without case.</param>
    /// <param name="provider">Only this provider's prices; <see langword="null"/> takes the vendor's, else the first that lists the model.</param>
    /// <param name="date">The day the price must hold, UTC; <see langword="null"/> takes the newest.</param>
    /// <param name="tier">The service tier; one without a price of its own has none.</param>
    public ModelPrice? Find(string model, string? provider = null, DateOnly? date = null, ServiceTier tier = ServiceTier.Standard)
    {
        ArgumentNullException.ThrowIfNull(model);
        var name = model;
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && Providers.Contains(model[..slash]))
        {
            provider ??= model[..slash];
            name = model[(slash + 1)..];
        }

        // What is listed by the whole name is another price than its family's, also than one that the deployment set.
        return Preferred(_overrides.Find(name, provider, date, tier), _prices.Find(name, provider, date, tier), provider)
            ?? Preferred(_overrides.FindFamily(name, provider, date, tier), _prices.FindFamily(name, provider, date, tier), provider);
    }

    // The deployment's own first; where nobody says whose price is meant, one for a reseller's calls is not the vendor's.
    private static ModelPrice? Preferred(ModelPrice? own, ModelPrice? listed, string? provider) =>
        provider is null && own is not null && listed is not null && PriceTable.IsResellers(own) && !PriceTable.IsResellers(listed) ? listed : own ?? listed;

    private static PriceCatalog LoadShipped()
    {
        using var stream = typeof(PriceCatalog).Assembly.GetManifestResourceStream(DefaultResource)
            ?? throw new InvalidOperationException($"The resource {DefaultResource} is missing from the build.");
        return Load(stream);
    }
}
