using System.Globalization;
using System.Text.Json.Serialization;

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

    /// <summary>The day from which it holds no more, UTC; where a later row begins before, that one holds.</summary>
    /// <value>Default <see langword="null"/>: for good.</value>
    public DateOnly? ValidUntil { get; init; }

    /// <summary>The service tier whose price it is.</summary>
    /// <value>Default: the list price.</value>
    public ServiceTier ServiceTier { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required decimal Input { get; init; }

    /// <summary>Input read from the provider's prefix cache.</summary>
    /// <value><see langword="null"/>: billed as <see cref="Input"/>.</value>
    public decimal? CachedInput { get; init; }

    /// <summary>Input written to the provider's prefix cache.</summary>
    /// <value><see langword="null"/>: billed as <see cref="Input"/>.</value>
    public decimal? CacheWrite { get; init; }

    /// <summary>Input written to the provider's prefix cache to be kept longer (Anthropic: one hour).</summary>
    /// <value><see langword="null"/>: billed as <see cref="CacheWrite"/>.</value>
    public decimal? LongCacheWrite { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required decimal Output { get; init; }

    /// <summary>Output spent on hidden reasoning, at lengths without a price of their own.</summary>
    /// <value><see langword="null"/>: billed as <see cref="Output"/>.</value>
    public decimal? Reasoning { get; init; }

    /// <summary>Prices of longer prompts, shortest first.</summary>
    /// <value>Default empty: one price at every length.</value>
    public IReadOnlyList<LongContextPrice> LongContext { get; init => field = value ?? []; } = [];

    /// <summary>What is wrong with the figures, naming the field and what would be right; <see langword="null"/> where nothing is.</summary>
    public string? Validate()
    {
        if (string.IsNullOrWhiteSpace(Model))
            return "Model: a price needs the model's name.";
        if (ValidUntil <= ValidFrom)
            return "ValidUntil: must be a later day than ValidFrom.";
        for (var i = 0; i < LongContext.Count; i++)
        {
            if (LongContext[i].AboveTokens <= (i == 0 ? 0 : LongContext[i - 1].AboveTokens))
                return "LongContext:AboveTokens: must be above 0 and rise from one length to the next.";
            if ((Check("LongContext:Input", LongContext[i].Input)
                ?? Check("LongContext:CachedInput", LongContext[i].CachedInput)
                ?? Check("LongContext:CacheWrite", LongContext[i].CacheWrite)
                ?? Check("LongContext:LongCacheWrite", LongContext[i].LongCacheWrite)
                ?? Check("LongContext:Output", LongContext[i].Output)) is { } fault)
                return fault;
        }

        return Check(nameof(Input), Input)
            ?? Check(nameof(CachedInput), CachedInput)
            ?? Check(nameof(CacheWrite), CacheWrite)
            ?? Check(nameof(LongCacheWrite), LongCacheWrite)
            ?? Check(nameof(Output), Output)
            ?? Check(nameof(Reasoning), Reasoning);
    }

    private static string? Check(string field, decimal? price) =>
        price is { } p && (p < 0 || p > MaxPerMillion || decimal.Round(p, MaxDecimals) != p)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{field}: {p} is not a price; USD per million tokens from 0 to {MaxPerMillion}, {MaxDecimals} decimals at most.")
            : null;
}
