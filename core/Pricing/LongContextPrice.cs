using System.Text.Json.Serialization;

namespace OrleansLlm.Core.Pricing;

/// <summary>Prices of a whole request whose prompt is longer than <see cref="AboveTokens"/>; USD per million tokens.</summary>
public sealed record LongContextPrice
{
    /// <summary>The tier holds for a prompt of more than this many tokens, cached ones included; then for every token of the request.</summary>
    public required int AboveTokens { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required decimal Input { get; init; }

    /// <value><see langword="null"/>: billed as <see cref="Input"/>.</value>
    public decimal? CachedInput { get; init; }

    /// <value><see langword="null"/>: billed as <see cref="Input"/>.</value>
    public decimal? CacheWrite { get; init; }

    /// <summary>See <see cref="ModelPrice.LongCacheWrite"/>.</summary>
    /// <value><see langword="null"/>: billed as <see cref="CacheWrite"/>.</value>
    public decimal? LongCacheWrite { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required decimal Output { get; init; }
}
