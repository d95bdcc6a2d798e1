using System.IO.Compression;
using System.Text.Json;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Tests.Pricing;

/// <summary>The shipped figures against the public list they were taken from, cell by cell.</summary>
public sealed class CatalogAgainstPublicListTests
{
    [Fact]
    public void Default_EveryPrice_EqualsThePublicList()
    {
        var path = SharedData.Find("prices/litellm.model_prices.json.gz");
        if (path is null)
            Assert.Skip("The shared price list is not on this machine.");

        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var list = JsonDocument.Parse(file);
        var compared = 0;
        foreach (var model in PriceCatalog.Default.Models)
        {
            foreach (var (provider, prefix) in new[] { ("openai", ""), ("azure", "azure/"), ("anthropic", ""), ("gemini", "gemini/") })
            {
                if (PriceCatalog.Default.Find(model, provider) is not { } price)
                    continue;
                Assert.True(list.RootElement.TryGetProperty(prefix + model, out var row), prefix + model);
                Assert.Equal(Cell(row, "input_cost_per_token"), price.Input);
                Assert.Equal(Cell(row, "output_cost_per_token"), price.Output);
                Assert.Equal(Cell(row, "cache_read_input_token_cost"), price.CachedInput);
                Assert.Equal(Cell(row, "cache_creation_input_token_cost"), price.CacheWrite);
                if (provider == "anthropic")
                    Assert.Equal(Cell(row, "cache_creation_input_token_cost_above_1hr"), price.LongCacheWrite);
                foreach (var tier in price.LongContext)
                {
                    var above = $"_above_{tier.AboveTokens / 1000}k_tokens";
                    Assert.Equal(Cell(row, "input_cost_per_token" + above), tier.Input);
                    Assert.Equal(Cell(row, "output_cost_per_token" + above), tier.Output);
                    Assert.Equal(Cell(row, "cache_read_input_token_cost" + above), tier.CachedInput);
                    if (provider == "anthropic")
                        Assert.Equal((Cell(row, "cache_creation_input_token_cost" + above), Cell(row, "cache_creation_input_token_cost_above_1hr" + above)), (tier.CacheWrite, tier.LongCacheWrite));
                }

                if (price.LongContext.Count == 0)
                {
                    Assert.False(row.EnumerateObject().Any(p => p.Name.StartsWith("input_cost_per_token_above", StringComparison.Ordinal)), model);
                }

                compared++;
            }
        }

        Assert.True(compared > 50, $"only {compared} prices were compared");
    }

    private static decimal? Cell(JsonElement row, string name) =>
        row.TryGetProperty(name, out var cell) && cell.ValueKind == JsonValueKind.Number
            ? decimal.Round(cell.GetDecimal() * 1_000_000m, 9) / 1.000000000000000000m
            : null;
}
