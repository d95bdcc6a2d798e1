using System.Globalization;

namespace OrleansLlm.Core.Pricing;

/// <summary>What one model costs at one provider from one day on; USD per million tokens.</summary>
public sealed record ModelPrice
{
    /// <summary>Dearest price accepted, in USD per million tokens: far above any listed model, so that a mistaken unit is refused.</summary>
    public const decimal MaxPerMillion = 10_000m;

    /// <summary>With six decimals here, a cost has at most twelve and a sum of costs stays exact in a <see cref="decimal"/>.</summary>
    public const int MaxDecimals = 6;

    /// <summary>The provider's name for the model, without a provider prefix.</summary>
    public required string Model { get; init; }

    /// <summary><c>openai</c>, <c>azure</c>, …; empty where the price holds at every provider.</summary>
    public string Provider { get; init; } = "";

    /// <summary>First day the price holds, UTC.</summary>
    /// <value>Default: since ever.</value>
    public DateOnly ValidFrom { get; init; } = DateOnly.MinValue;

    public required decimal Input { get; init; }

    /// <summary>Input read from the provider's prefix cache.</summary>
    /// <value><see langword="null"/>: billed as <see cref="Input"/>.</value>
    public decimal? CachedInput { get; init; }

    /// <summary>Input written to the provider's prefix cache.</summary>
    /// <value><see langword="null"/>: billed as <see cref="Input"/>.</value>
    public decimal? CacheWrite { get; init; }

    public required decimal Output { get; init; }

    /// <value><see langword="null"/>: one price at every length.</value>
    public LongContextPrice? LongContext { get; init; }

    /// <summary>What is wrong with the figures, naming the field and what would be right; <see langword="null"/> where nothing is.</summary>
    public string? Validate()
    {
        if (string.IsNullOrWhiteSpace(Model))
            return "Model: a price needs the model's name.";
        if (LongContext is { AboveTokens: <= 0 })
            return "LongContext:AboveTokens: must be above 0.";
        return Check(nameof(Input), Input)
            ?? Check(nameof(CachedInput), CachedInput)
            ?? Check(nameof(CacheWrite), CacheWrite)
            ?? Check(nameof(Output), Output)
            ?? Check("LongContext:Input", LongContext?.Input)
            ?? Check("LongContext:CachedInput", LongContext?.CachedInput)
            ?? Check("LongContext:CacheWrite", LongContext?.CacheWrite)
            ?? Check("LongContext:Output", LongContext?.Output);
    }

    private static string? Check(string field, decimal? price) =>
        price is { } p && (p < 0 || p > MaxPerMillion || decimal.Round(p, MaxDecimals) != p)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{field}: {p} is not a price; USD per million tokens from 0 to {MaxPerMillion}, {MaxDecimals} decimals at most.")
            : null;
}
