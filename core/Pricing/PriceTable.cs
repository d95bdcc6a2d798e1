using System.Collections.Frozen;

namespace OrleansLlm.Core.Pricing;

/// <summary>Prices by model name, each name's rows in listed order of provider and newest first within one.</summary>
internal sealed class PriceTable
{
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
            r => r.Value.OrderBy(p => r.Value.FindIndex(q => SameProvider(q.Provider, p.Provider)))
                .ThenByDescending(p => p.ValidFrom).ToArray(),
            StringComparer.OrdinalIgnoreCase));
    }

    public IEnumerable<ModelPrice> Rows => _byModel.Values.SelectMany(static r => r);

    public ModelPrice? Find(string name, string? provider, DateOnly? date, ServiceTier tier)
    {
        // A listed snapshot has a price of its own: where that does not hold (other provider, earlier day), its family's would be a guess.
        if (_byModel.TryGetValue(name, out var rows))
            return Pick(rows, provider, date, tier);

        var family = SnapshotName.FamilyOf(name);
        return family is not null && _byModel.TryGetValue(family, out rows) ? Pick(rows, provider, date, tier) : null;
    }

    private static ModelPrice? Pick(ModelPrice[] rows, string? provider, DateOnly? date, ServiceTier tier)
    {
        foreach (var row in rows)
        {
            var atProvider = provider is null || row.Provider.Length == 0 || SameProvider(row.Provider, provider);
            if (!atProvider || row.ServiceTier != tier || (date is not null && row.ValidFrom > date))
                continue;
            // The newest that had begun; where that is over, an older one is over as well.
            if (date is null ? row.ValidUntil is null : row.ValidUntil is null || date < row.ValidUntil)
                return row;
            if (provider is not null)
                return null;
        }

        return null;
    }

    private static bool SameProvider(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
