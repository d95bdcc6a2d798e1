using OrleansLlm.Core.Compression.PrefixCaching;

namespace OrleansLlm.Core.Compression;

/// <summary>How far one context block may be compressed.</summary>
/// <param name="KeepRate">
/// Share of the block's tokens to keep, in (0, 1]. Structure counts but is never cut; where it leaves less than half of this rate for the
/// prose, that half is kept all the same and the block stays longer than asked.
/// </param>
/// <param name="MinimumContextTokens">Below this many tokens the context is left alone; at least 0.</param>
/// <param name="MinimumSavedTokens">A smaller saving than this is not worth a changed prompt; at least 1.</param>
/// <param name="TokenBudget">
/// Upper bound of the whole block's tokens, structure included; replaces <paramref name="KeepRate"/> where set. A block whose structure
/// alone exceeds it is left as it is.
/// </param>
/// <param name="Saving">Which savings the provider's prefix cache makes worth having; null for any.</param>
/// <param name="Strategy">How what stays is chosen.</param>
/// <param name="ThinRecords">Whether records of JSON data compete for the budget as sentences do, where the question names some of them.</param>
/// <param name="LosslessOnly">Whether only duplicates and white space may go.</param>
public sealed record CompressionSettings(
    double KeepRate = CompressionSettings.DefaultKeepRate,
    int MinimumContextTokens = CompressionSettings.DefaultMinimumContextTokens,
    int MinimumSavedTokens = CompressionSettings.DefaultMinimumSavedTokens,
    int? TokenBudget = null,
    SavingRule? Saving = null,
    CompressionStrategy Strategy = CompressionStrategy.QueryAware,
    bool ThinRecords = false,
    bool LosslessOnly = false)
{
    /// <summary>The reference deployment's rate: 38% fewer prompt tokens.</summary>
    public const double DefaultKeepRate = .62;

    public const int DefaultMinimumContextTokens = 300;

    public const int DefaultMinimumSavedTokens = 24;

    /// <summary>How far the tokens kept may miss what was asked, as a share of the block's tokens, where whole sentences allow it.</summary>
    public const double Tolerance = .02;

    // The prose next to much structure must not pay for it all.
    internal const double LeastProseShare = .5;

    /// <summary>The defaults above.</summary>
    public static CompressionSettings Default { get; } = new();

    // Counts up whenever other sentences go by the same weights: what is a document, a repeat, a label, an exception, a task on the whole text.
    private const int Rules = 4;

    /// <summary>Names what decides which sentences go at a given rate: strategy, weights, rules, which documents are looked at.</summary>
    public string CompressorId => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Strategy}{(Strategy == CompressionStrategy.QueryAware ? "+" + MixtureFile.ShippedHash[..12] : string.Empty)}{(ThinRecords ? "+records" : string.Empty)} by rules {Rules} from {MinimumContextTokens} tokens");

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal void Validate()
    {
        if (!(KeepRate is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(KeepRate), KeepRate, "KeepRate must be in (0, 1].");
        ArgumentOutOfRangeException.ThrowIfNegative(MinimumContextTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumSavedTokens, 1);
        if (TokenBudget is { } budget)
            ArgumentOutOfRangeException.ThrowIfNegative(budget, nameof(TokenBudget));
    }
}
