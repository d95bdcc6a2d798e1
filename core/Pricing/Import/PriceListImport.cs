using System.Globalization;

namespace OrleansLlm.Core.Pricing.Import;

/// <summary>
/// What a newer list would change in a catalogue, and what of it is not believed: public lists hold slips, and a slip here bills every request
/// wrongly.
/// </summary>
public sealed class PriceListImport
{
    /// <summary>A list that lacks more of the known prices than this share is taken for a broken one.</summary>
    public const double MostMissingShare = 0.20;

    /// <summary>A price that rose or fell by more than this factor is taken for a wrong unit.</summary>
    public const decimal MostFactor = 10m;

    private PriceListImport(IReadOnlyList<PriceChange> changes, IReadOnlyList<PriceRefusal> refused, IReadOnlyList<ModelPrice> merged) =>
        (Changes, Refused, Merged) = (changes, refused, merged);

    /// <summary>Cells that differ, and rows that are new or gone.</summary>
    public IReadOnlyList<PriceChange> Changes { get; }

    /// <summary>Why the list is not taken, one sentence a row; empty where it may be.</summary>
    public IReadOnlyList<PriceRefusal> Refused { get; }

    /// <summary>The catalogue with the list's prices valid from the day of the import; earlier ones stay for earlier days.</summary>
    public IReadOnlyList<ModelPrice> Merged { get; }

    /// <summary>Compares and merges.</summary>
    /// <param name="known">Prices in force until now.</param>
    /// <param name="listed">The newer list.</param>
    /// <param name="from">First day of prices that differ.</param>
    public static PriceListImport Of(IReadOnlyList<ModelPrice> known, IReadOnlyList<ModelPrice> listed, DateOnly from)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(listed);
        var old = Latest(known, from);
        var now = Latest(listed, from);
        var changes = new List<PriceChange>();
        var refused = new List<PriceRefusal>();
        var merged = new List<ModelPrice>(known);
        foreach (var (key, found) in now)
        {
            var row = found;
            Suspect(row, now, refused);
            if (!old.TryGetValue(key, out var before))
            {
                changes.Add(new PriceChange(key, "new", null, row.Input));
                merged.Add(row);
                continue;
            }

            // Not every list has these cells: one that says nothing of them does not make them cheaper.
            row = row with
            {
                LongCacheWrite = row.LongCacheWrite ?? before.LongCacheWrite,
                Reasoning = row.Reasoning ?? before.Reasoning,
                LongContext =
                [
                    .. row.LongContext.Select(length => length with
                    {
                        LongCacheWrite = length.LongCacheWrite ?? before.LongContext.FirstOrDefault(b => b.AboveTokens == length.AboveTokens)?.LongCacheWrite,
                    }),
                ],
            };
            var ended = before.ValidUntil <= from;
            var moved = Cells(before).Zip(Cells(row), static (a, b) => (a.Name, Old: a.Price, New: b.Price)).Where(static c => c.Old != c.New).ToList();
            var sameLengths = before.LongContext.SequenceEqual(row.LongContext);
            if (moved.Count == 0 && sameLengths && !ended)
                continue;
            foreach (var (name, was, @is) in moved)
            {
                changes.Add(new PriceChange(key, name, was, @is));
                if (IsApart(was, @is))
                    refused.Add(new(key, string.Create(CultureInfo.InvariantCulture, $"{key}: {name} moves from {was} to {@is}, more than {MostFactor} times.")));
            }

            if (ended)
                changes.Add(new PriceChange(key, "new", null, row.Input));
            if (!sameLengths)
                changes.Add(new PriceChange(key, "longContext", null, null));
            merged.RemoveAll(p => PriceKey.Of(p) == key with { ValidFrom = from });
            merged.Add(row with { ValidFrom = from });
        }

        var providers = now.Keys.Select(static k => k.Provider).ToHashSet(StringComparer.Ordinal);
        var covered = old.Keys.Where(k => providers.Contains(k.Provider)).ToList();
        var gone = covered.Where(k => !now.ContainsKey(k)).ToList();
        changes.AddRange(gone.Select(k => new PriceChange(k, "gone", old[k].Input, null)));
        if (gone.Count > MostMissingShare * covered.Count)
        {
            refused.Add(new(null, string.Create(CultureInfo.InvariantCulture, $"{gone.Count} of {covered.Count} known prices are missing, more than {MostMissingShare:P0}:")));
            refused.AddRange(gone.Select(static k => new PriceRefusal(null, $"{k}: missing.")));
        }

        return new PriceListImport(changes, refused, merged);
    }

    // A service tier at many times its model's list price is a slip in the list itself, which no older list shows.
    private static void Suspect(ModelPrice row, Dictionary<PriceKey, ModelPrice> now, List<PriceRefusal> refused)
    {
        foreach (var length in row.LongContext)
        {
            if (IsApart(row.Input, length.Input) || IsApart(row.Output, length.Output))
                refused.Add(new(PriceKey.Of(row) with { ValidFrom = default }, string.Create(CultureInfo.InvariantCulture, $"{PriceKey.Of(row)}: a prompt above {length.AboveTokens} tokens costs {length.Input} and {length.Output} where a short one costs {row.Input} and {row.Output}, more than {MostFactor} times apart.")));
        }

        if (row.ServiceTier == ServiceTier.Standard || !now.TryGetValue(PriceKey.Of(row) with { Tier = ServiceTier.Standard, ValidFrom = default }, out var standard))
            return;
        foreach (var (a, b) in Cells(standard).Zip(Cells(row)))
        {
            if (IsApart(a.Price, b.Price))
                refused.Add(new(PriceKey.Of(row) with { ValidFrom = default }, string.Create(CultureInfo.InvariantCulture, $"{PriceKey.Of(row)}: {a.Name} is {b.Price} where the standard tier's is {a.Price}, more than {MostFactor} times apart.")));
        }
    }

    private static bool IsApart(decimal? one, decimal? other) => one is > 0 && other is { } price && (price > one * MostFactor || price * MostFactor < one);

    // The row of each key that holds on a day, keyed without its date.
    private static Dictionary<PriceKey, ModelPrice> Latest(IReadOnlyList<ModelPrice> prices, DateOnly day)
    {
        var latest = new Dictionary<PriceKey, ModelPrice>();
        foreach (var price in prices)
        {
            var key = PriceKey.Of(price) with { ValidFrom = default };
            if (price.ValidFrom <= day && (!latest.TryGetValue(key, out var other) || other.ValidFrom < price.ValidFrom))
                latest[key] = price;
        }

        return latest;
    }

    private static IEnumerable<(string Name, decimal? Price)> Cells(ModelPrice price) =>
    [
        ("input", price.Input), ("cachedInput", price.CachedInput), ("cacheWrite", price.CacheWrite), ("longCacheWrite", price.LongCacheWrite), ("output", price.Output), ("reasoning", price.Reasoning),
    ];
}

/// <summary>One difference between two lists.</summary>
/// <param name="Key">Whose price; the date is left out.</param>
/// <param name="Cell">Which of its prices; <c>new</c> or <c>gone</c> for a whole row.</param>
/// <param name="Old">USD per million tokens before, where there was one.</param>
/// <param name="New">USD per million tokens now, where there is one.</param>
public sealed record PriceChange(PriceKey Key, string Cell, decimal? Old, decimal? New);

/// <summary>Why a list is not taken.</summary>
/// <param name="Key">The row that is not believed; null where the list as a whole is not.</param>
/// <param name="Reason">A sentence that names the row.</param>
public sealed record PriceRefusal(PriceKey? Key, string Reason);
