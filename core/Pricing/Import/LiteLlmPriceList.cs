using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Pricing.Import;

/// <summary>Reads LiteLLM's <c>model_prices_and_context_window.json</c>: prices in USD per token, by model, with tiers in the names of fields.</summary>
public static partial class LiteLlmPriceList
{
    private const decimal PerMillion = 1_000_000m;

    private static readonly HashSet<string> Modes = new(["chat", "completion", "responses", "embedding"], StringComparer.Ordinal);

    private static readonly IReadOnlyList<(ServiceTier Tier, string Suffix)> Tiers =
        [(ServiceTier.Standard, ""), (ServiceTier.Batch, "_batches"), (ServiceTier.Flex, "_flex"), (ServiceTier.Priority, "_priority")];

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
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new FormatException("A LiteLLM price list is an object of models.");
            var rows = new Dictionary<PriceKey, ModelPrice>();
            foreach (var model in document.RootElement.EnumerateObject())
            {
                if (model.Value.ValueKind == JsonValueKind.Object)
                    ReadModel(model.Name, model.Value, rows, refused);
            }

            return [.. rows.Values];
        }
        catch (JsonException e)
        {
            throw new FormatException($"The price list is not valid JSON: {e.Message}", e);
        }
    }

    private static void ReadModel(string name, JsonElement fields, Dictionary<PriceKey, ModelPrice> rows, ICollection<string> refused)
    {
        if (ProviderOf(fields) is not { Length: > 0 } provider || Text(fields, "mode") is not { } mode || !Modes.Contains(mode))
            return;
        var model = name.StartsWith(provider + "/", StringComparison.OrdinalIgnoreCase) ? name[(provider.Length + 1)..] : name;
        foreach (var (tier, suffix) in Tiers)
        {
            try
            {
                if (RowOf(fields, model, provider, tier, suffix, mode == "embedding") is not { } row)
                {
                    if (Price(fields, "input_cost_per_token" + suffix) is not null)
                        refused.Add($"{provider}/{model} {tier}: has a price for input and none for output.");
                    continue;
                }

                if (row.Validate() is { } fault)
                    refused.Add($"{provider}/{model} {tier}: {fault}");
                else if (!rows.TryAdd(PriceKey.Of(row), row))
                    refused.Add($"{provider}/{model} {tier}: listed twice, under different spellings.");
            }
            catch (FormatException)
            {
                refused.Add($"{provider}/{model} {tier}: a price is no number.");
            }
        }
    }

    private static ModelPrice? RowOf(JsonElement fields, string model, string provider, ServiceTier tier, string suffix, bool isEmbedding)
    {
        var input = Price(fields, "input_cost_per_token" + suffix);
        var output = Price(fields, "output_cost_per_token" + suffix) ?? (isEmbedding && input is not null ? 0m : null);
        if (input is not { } i || output is not { } o)
            return null;
        var standardReasoning = tier == ServiceTier.Standard ? Price(fields, "output_cost_per_reasoning_token") : null;
        return new ModelPrice
        {
            Model = model,
            Provider = provider,
            ServiceTier = tier,
            Input = i,
            CachedInput = Price(fields, "cache_read_input_token_cost" + suffix),
            CacheWrite = Price(fields, "cache_creation_input_token_cost" + suffix),
            LongCacheWrite = Price(fields, "cache_creation_input_token_cost_above_1hr" + suffix),
            Output = o,
            Reasoning = standardReasoning,
            LongContext = [.. LengthsOf(fields, suffix).Order().Select(k => LengthOf(fields, k, suffix, i, o)).OfType<LongContextPrice>()],
        };
    }

    // Lengths for which any price of this tier is given, in thousands of tokens.
    private static HashSet<int> LengthsOf(JsonElement fields, string suffix)
    {
        var lengths = new HashSet<int>();
        foreach (var field in fields.EnumerateObject())
        {
            if (AboveField().Match(field.Name) is { Success: true } match && match.Groups["tier"].Value == suffix)
                lengths.Add(int.Parse(match.Groups["k"].ValueSpan, CultureInfo.InvariantCulture));
        }

        return lengths;
    }

    private static LongContextPrice? LengthOf(JsonElement fields, int thousands, string suffix, decimal input, decimal output)
    {
        var above = string.Create(CultureInfo.InvariantCulture, $"_above_{thousands}k_tokens{suffix}");
        var (longInput, longOutput) = (Price(fields, "input_cost_per_token" + above), Price(fields, "output_cost_per_token" + above));
        return longInput is null && longOutput is null
            ? null
            : new LongContextPrice
            {
                AboveTokens = thousands * 1000,
                Input = longInput ?? input,
                CachedInput = Price(fields, "cache_read_input_token_cost" + above),
                CacheWrite = Price(fields, "cache_creation_input_token_cost" + above),
                LongCacheWrite = Price(fields, "cache_creation_input_token_cost_above_1hr" + above),
                Output = longOutput ?? output,
            };
    }

    private static decimal? Price(JsonElement fields, string name)
    {
        if (!fields.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        // Beyond that the price of a million is no decimal.
        return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var perToken) && decimal.Abs(perToken) <= ModelPrice.MaxPerMillion
            ? decimal.Round(perToken * PerMillion, ModelPrice.MaxDecimals)
            : throw new FormatException(name);
    }

    // The list names OpenAI's older endpoint as a provider of its own.
    private static string? ProviderOf(JsonElement fields) => Text(fields, "litellm_provider") is "text-completion-openai" ? "openai" : Text(fields, "litellm_provider");

    private static string? Text(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex("^(input|output)_cost_per_token_above_(?<k>[0-9]{1,5})k_tokens(?<tier>|_batches|_flex|_priority)$", RegexOptions.CultureInvariant)]
    private static partial Regex AboveField();
}
