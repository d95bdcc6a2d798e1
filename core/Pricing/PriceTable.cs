using System.Collections.Frozen;

namespace OrleansLlm.Core.Pricing;

/// <summary>Prices by model name, each name's rows by provider (the vendors before who resells, else as listed) and newest first within one.</summary>
internal sealed class PriceTable
{
    private static readonly string[] s_vendors = ["openai", "anthropic", "gemini"];

    private readonly FrozenDictionary<string, ModelPrice[]> _byModel;

    private PriceTable(FrozenDictionary<string, ModelPrice[]> byModel) => _byModel = byModel;

    public static PriceTable Empty { get; } = Create([]);

    public bool IsEmpty => _byModel.Count == 0;

    public IEnumerable<string> Models => _byModel.Keys;

    public static PriceTable Create(IEnumerable<ModelPrice> prices)
    {
        var rows = new Dictionary<string, List<ModelPrice>>(StringComparer.OrdinalIgnoreCase);
        foreach (var price in prices)
        {
            if (price.Validate() is { } fault)
                throw new FormatException($"Price of {price.Model}: {fault}");
            if (!rows.TryGetValue(price.Model, out var list))
                rows[price.Model] = list = [];
            if (list.Exists(p => PriceKey.Of(p) == PriceKey.Of(price)))
                throw new FormatException($"Price of {price.Model}: listed twice for provider '{price.Provider}', tier {price.ServiceTier}, from {price.ValidFrom:O}.");
            list.Add(price);
        }

        return new PriceTable(rows.ToFrozenDictionary(
            r => r.Key,
            // OrderBy is stable, so providers keep their listed order among rows of the same day.
            r => r.Value.OrderBy(static p => Rank(p.Provider)).ThenBy(p => r.Value.FindIndex(q => SameProvider(q.Provider, p.Provider)))
                .ThenByDescending(p => p.ValidFrom).ToArray(),
            StringComparer.OrdinalIgnoreCase));
    }

    public IEnumerable<ModelPrice> Rows => _byModel.Values.SelectMany(static r => r);

    /// <summary>What is listed by this very name.</summary>
    public ModelPrice? Find(string name, string? provider, DateOnly? date, ServiceTier tier) =>
        _byModel.TryGetValue(name, out var rows) ? Pick(rows, provider, date, tier) : null;

    /// <summary>
    /// What is listed for a snapshot's family. A listed snapshot has a price of its own: where that does not hold (other provider, earlier day), its
    /// family's would be a guess.
    /// </summary>
    public ModelPrice? FindFamily(string name, string? provider, DateOnly? date, ServiceTier tier) =>
        !_byModel.ContainsKey(name) && SnapshotName.FamilyOf(name) is { } family ? Find(family, provider, date, tier) : null;

    /// <summary>Whether the price is of a provider that resells others' models.</summary>
    public static bool IsResellers(ModelPrice price) => Rank(price.Provider) == 2;

    /// <summary>The rows, of whatever day, in whose place <paramref name="price"/> is taken where it goes first.</summary>
    public IEnumerable<ModelPrice> HiddenBy(ModelPrice price)
    {
        var rows = _byModel.TryGetValue(price.Model, out var own) || (SnapshotName.FamilyOf(price.Model) is { } family && _byModel.TryGetValue(family, out own)) ? own : [];
        return rows.Where(r => r.ServiceTier == price.ServiceTier && (price.Provider.Length == 0 || r.Provider.Length == 0 || SameProvider(r.Provider, price.Provider)));
    }

    // A provider's own price before one that holds at every provider.
    private static ModelPrice? Pick(ModelPrice[] rows, string? provider, DateOnly? date, ServiceTier tier) =>
        First(rows, provider, date, tier) ?? (provider is null ? null : First(rows, "", date, tier));

    private static ModelPrice? First(ModelPrice[] rows, string? provider, DateOnly? date, ServiceTier tier)
    {
        string? over = null;
        foreach (var row in rows)
        {
            if ((provider is not null && !SameProvider(row.Provider, provider)) || row.ServiceTier != tier || row.ValidFrom > date || SameProvider(row.Provider, over))
                continue;
            if (row.ValidUntil is not { } until || date < until)
                return row;
            // The newest that had begun: where it is over, the provider's older ones are over as well.
            over = row.Provider;
        }

        return null;
    }

    // Where nobody says whose price is meant, it is the vendor's.
    private static int Rank(string provider) => Array.Exists(s_vendors, v => SameProvider(v, provider)) ? 0 : provider.Length == 0 ? 1 : 2;

    private static bool SameProvider(string a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
