using OrleansLlm.Client.Configuration;
using System.ComponentModel.DataAnnotations;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Silo.Configuration;

/// <summary><c>OrleansLlm:Pricing</c>: prices that differ from the shipped catalogue. Takes effect at start.</summary>
public sealed class PricingOptions
{
    /// <value>Prices in USD per million tokens; each replaces the catalogue's for its model.</value>
    public IList<PriceOptions> Models { get; } = [];

    /// <summary>The shipped catalogue with these prices over it.</summary>
    /// <exception cref="ConfigurationException">A price is not one; the message names it.</exception>
    internal PriceCatalog ToCatalog()
    {
        var prices = Models.Select(m => m.ToPrice()).ToArray();
        for (var i = 0; i < prices.Length; i++)
        {
            if (prices[i].Validate() is { } problem)
                throw new ConfigurationException($"OrleansLlm:Pricing:Models:{i}:{problem}");
        }

        return PriceCatalog.Default.WithOverrides(prices);
    }
}

/// <summary>One model's price, USD per million tokens.</summary>
public sealed class PriceOptions
{
    [Required]
    public string Model { get; set; } = string.Empty;

    /// <value><c>azure</c> where it holds for Azure OpenAI alone; default: any provider.</value>
    public string Provider { get; set; } = string.Empty;

    public decimal Input { get; set; }

    /// <value>Default: as <see cref="Input"/>.</value>
    public decimal? CachedInput { get; set; }

    /// <value>Default: as <see cref="Input"/>.</value>
    public decimal? CacheWrite { get; set; }

    public decimal Output { get; set; }

    internal ModelPrice ToPrice() => new()
    {
        Model = Model,
        Provider = Provider,
        Input = Input,
        CachedInput = CachedInput,
        CacheWrite = CacheWrite,
        Output = Output,
    };
}
