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
            if (list.Exists(p => SameProvider(p.Provider, price.Provider) && p.ValidFrom == price.ValidFrom))
                throw new FormatException($"Price of {price.Model}: listed twice for provider '{price.Provider}' from {price.ValidFrom:O}.");
            list.Add(price);
        }

        return new PriceTable(rows.ToFrozenDictionary(
            r => r.Key,
            // OrderBy is stable, so providers keep their listed order among rows of the same day.
            r => r.Value.OrderBy(p => r.Value.FindIndex(q => SameProvider(q.Provider, p.Provider)))
                .ThenByDescending(p => p.ValidFrom).ToArray(),
            StringComparer.OrdinalIgnoreCase));
    }

    public ModelPrice? Find(string name, string? provider, DateOnly? date)
    {
        // A listed snapshot has a price of its own: where that does not hold (other provider, earlier day), its family's would be a guess.
        if (_byModel.TryGetValue(name, out var rows))
            return Pick(rows, provider, date);

        var family = SnapshotName.FamilyOf(name);
        return family is not null && _byModel.TryGetValue(family, out rows) ? Pick(rows, provider, date) : null;
    }

    private static ModelPrice? Pick(ModelPrice[] rows, string? provider, DateOnly? date)
    {
        foreach (var row in rows)
        {
            var atProvider = provider is null || row.Provider.Length == 0 || SameProvider(row.Provider, provider);
            if (atProvider && (date is null || row.ValidFrom <= date))
                return row;
        }

        return null;
    }

    private static bool SameProvider(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
