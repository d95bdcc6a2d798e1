using OrleansLlm.Client.Configuration;
using System.ComponentModel.DataAnnotations;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Silo.Configuration;

/// <summary><c>OrleansLlm:Pricing</c>: prices that differ from the shipped catalogue. Takes effect at start.</summary>
public sealed class PricingOptions
{
    /// <value>Path of a price catalogue, as <c>prices import</c> writes it, in place of the shipped one. Default none.</value>
    public string? CatalogFile { get; set; }

    /// <value>Prices in USD per million tokens; each replaces the catalogue's for its model.</value>
    public IList<PriceOptions> Models { get; } = [];

    /// <summary>The catalogue with these prices over it.</summary>
    /// <exception cref="ConfigurationException">A price is not one; the message names it.</exception>
    internal PriceCatalog ToCatalog()
    {
        var prices = Models.Select(m => m.ToPrice()).ToArray();
        for (var i = 0; i < prices.Length; i++)
        {
            if (prices[i].Validate() is { } problem)
                throw new ConfigurationException($"OrleansLlm:Pricing:Models:{i}:{problem}");
        }

        var listed = Listed();
        try
        {
            return listed.WithOverrides(prices);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"OrleansLlm:Pricing:Models: {e.Message}");
        }
    }

    private PriceCatalog Listed()
    {
        if (CatalogFile is null)
            return PriceCatalog.Default;
        try
        {
            using var file = File.OpenRead(CatalogFile);
            return PriceCatalog.Load(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new ConfigurationException($"OrleansLlm:Pricing:CatalogFile: '{CatalogFile}' cannot be used: {e.Message}");
        }
    }
}

/// <summary>One model's price, USD per million tokens.</summary>
public sealed class PriceOptions
{
    /// <value>The model's name, as a provider takes it.</value>
    [Required]
    public string Model { get; set; } = string.Empty;

    /// <value><c>azure</c> where it holds for Azure OpenAI alone; default: any provider.</value>
    public string Provider { get; set; } = string.Empty;

    /// <value>Of prompt tokens. Default 0: free.</value>
    public decimal Input { get; set; }

    /// <value>Default: as <see cref="Input"/>.</value>
    public decimal? CachedInput { get; set; }

    /// <value>Default: as <see cref="Input"/>.</value>
    public decimal? CacheWrite { get; set; }

    /// <value>Written to be kept longer (Anthropic: one hour). Default: as <see cref="CacheWrite"/>.</value>
    public decimal? LongCacheWrite { get; set; }

    /// <value>Of completion tokens. Default 0: free.</value>
    public decimal Output { get; set; }

    /// <value>Output spent on hidden reasoning. Default: as <see cref="Output"/>.</value>
    public decimal? Reasoning { get; set; }

    /// <value>Prices of longer prompts, shortest first. Default none.</value>
    public IList<LongContextPriceOptions> LongContext { get; } = [];

    /// <value><c>Standard</c>, <c>Batch</c>, <c>Flex</c> or <c>Priority</c>. Default <c>Standard</c>.</value>
    public ServiceTier ServiceTier { get; set; }

    internal ModelPrice ToPrice() => new()
    {
        Model = Model,
        Provider = Provider,
        Input = Input,
        CachedInput = CachedInput,
        CacheWrite = CacheWrite,
        LongCacheWrite = LongCacheWrite,
        Output = Output,
        Reasoning = Reasoning,
        LongContext = [.. LongContext.Select(static l => l.ToPrice())],
        ServiceTier = ServiceTier,
    };
}
