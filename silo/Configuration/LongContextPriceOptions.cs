using System.ComponentModel.DataAnnotations;
using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Silo.Configuration;

/// <summary>One model's price for prompts beyond a length, USD per million tokens.</summary>
public sealed class LongContextPriceOptions
{
    /// <value>
    /// The prices hold for a prompt of more than this many tokens, cached ones included; then for every token of the request. 1 or more; lengths rise. Without
    /// any there is one price for every length, which is refused where the catalogue's price that it replaces has lengths.
    /// </value>
    [Required, Range(1, int.MaxValue)]
    public int? AboveTokens { get; set; }

    /// <value>Of prompt tokens.</value>
    [Required]
    public decimal? Input { get; set; }

    /// <value>Default: as <see cref="Input"/>.</value>
    public decimal? CachedInput { get; set; }

    /// <value>Default: as <see cref="Input"/>.</value>
    public decimal? CacheWrite { get; set; }

    /// <value>Written to be kept longer (Anthropic: one hour). Default: as <see cref="CacheWrite"/>.</value>
    public decimal? LongCacheWrite { get; set; }

    /// <value>Of completion tokens, hidden reasoning included.</value>
    [Required]
    public decimal? Output { get; set; }

    internal LongContextPrice ToPrice() => new()
    {
        AboveTokens = AboveTokens!.Value,
        Input = Input!.Value,
        CachedInput = CachedInput,
        CacheWrite = CacheWrite,
        LongCacheWrite = LongCacheWrite,
        Output = Output!.Value,
    };
}
