using System.Globalization;
using System.Text.Json;

namespace OrleansLlm.Core.Pricing.Import;

/// <summary>
/// Reads the <c>data.json</c> of pydantic's genai-prices: providers, their models, and prices in USD per million tokens, some dated and some with
/// tiers by length.
/// </summary>
public static class GenAiPriceList
{
    /// <summary>The rows of models that are priced by token.</summary>
    /// <param name="utf8Json">The file.</param>
    /// <param name="refused">Receives a sentence for each row that is no price.</param>
    /// <exception cref="FormatException">The text is no such list.</exception>
    public static IReadOnlyList<ModelPrice> Read(Stream utf8Json, ICollection<string> refused)
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        ArgumentNullException.ThrowIfNull(refused);
        try
        {
            using var document = JsonDocument.Parse(utf8Json);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                throw new FormatException("A genai-prices list is an array of providers.");
            var rows = new Dictionary<PriceKey, ModelPrice>();
            foreach (var provider in document.RootElement.EnumerateArray())
            {
                var id = Text(provider, "id") ?? throw new FormatException("A provider of a genai-prices list has an id.");
                if (!provider.TryGetProperty("models", out var models) || models.ValueKind != JsonValueKind.Array)
                    continue;
                foreach (var model in models.EnumerateArray())
                    ReadModel(id, model, rows, refused);
            }

            return [.. rows.Values];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"The price list is not valid: {e.Message}", e);
        }
    }

    private static void ReadModel(string provider, JsonElement model, Dictionary<PriceKey, ModelPrice> rows, ICollection<string> refused)
    {
        if (Text(model, "id") is not { } name || !model.TryGetProperty("prices", out var prices))
            return;
        // One price, or several of which the last whose condition holds counts.
        foreach (var (from, price) in prices.ValueKind == JsonValueKind.Array ? Dated(provider, name, prices, refused) : [(DateOnly.MinValue, prices)])
        {
            if (RowOf(provider, name, from, price) is not { } row)
                continue;
            // Only of what answers with vectors nothing is written out; of any other model an output without a price would be free.
            if (row.Output == 0 && !price.TryGetProperty("output_mtok", out _) && !name.Contains("embed", StringComparison.OrdinalIgnoreCase))
            {
                refused.Add($"{provider}/{name}: has a price for input and none for output.");
                continue;
            }

            if (row.Validate() is { } fault)
                refused.Add($"{provider}/{name}: {fault}");
            else if (!rows.TryAdd(PriceKey.Of(row), row))
                refused.Add($"{provider}/{name}: listed twice.");
        }
    }

    private static List<(DateOnly From, JsonElement Price)> Dated(string provider, string name, JsonElement prices, ICollection<string> refused)
    {
        var dated = new List<(DateOnly, JsonElement)>();
        foreach (var conditional in prices.EnumerateArray())
        {
            var from = DateOnly.MinValue;
            if (conditional.TryGetProperty("constraint", out var constraint) && constraint.ValueKind == JsonValueKind.Object)
            {
                if (!DateOnly.TryParseExact(Text(constraint, "start_date"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out from))
                {
                    refused.Add($"{provider}/{name}: a price that holds at some hours of the day only.");
                    continue;
                }
            }

            if (conditional.TryGetProperty("prices", out var price))
                dated.Add((from, price));
        }

        return dated;
    }

    private static ModelPrice? RowOf(string provider, string name, DateOnly from, JsonElement price)
    {
        var input = Read(price, "input_mtok");
        var output = Read(price, "output_mtok");
        if (input is not { } i)
            return null;
        var (cached, write) = (Read(price, "cache_read_mtok"), Read(price, "cache_write_mtok"));
        var lengths = new[] { input, output, cached, write }.SelectMany(static p => p?.Tiers.Keys ?? (IEnumerable<int>)[]).Distinct().Order();
        return new ModelPrice
        {
            Model = name,
            Provider = provider,
            ValidFrom = from,
            Input = i.Base,
            CachedInput = cached?.Base,
            CacheWrite = write?.Base,
            Output = output?.Base ?? 0m,
            LongContext =
            [
                .. lengths.Select(above => new LongContextPrice
                {
                    AboveTokens = above,
                    Input = i.At(above),
                    CachedInput = cached?.At(above),
                    CacheWrite = write?.At(above),
                    Output = output?.At(above) ?? 0m,
                }),
            ],
        };
    }

    private static Cell? Read(JsonElement price, string name)
    {
        if (!price.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.Number)
            return new Cell(Rounded(value), new SortedDictionary<int, decimal>());
        var tiers = new SortedDictionary<int, decimal>();
        foreach (var tier in value.GetProperty("tiers").EnumerateArray())
            tiers[tier.GetProperty("start").GetInt32()] = Rounded(tier.GetProperty("price"));
        return new Cell(Rounded(value.GetProperty("base")), tiers);
    }

    private static decimal Rounded(JsonElement value) => decimal.Round(value.GetDecimal(), ModelPrice.MaxDecimals);

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Cell(decimal Base, SortedDictionary<int, decimal> Tiers)
    {
        public decimal At(int above)
        {
            var price = Base;
            foreach (var (start, tier) in Tiers)
            {
                if (start <= above)
                    price = tier;
            }

            return price;
        }
    }
}
