namespace OrleansLlm.Core.Compression;

/// <summary>How far one context block may be compressed.</summary>
/// <param name="KeepRate">Share of the live prose tokens to keep, in (0, 1]. Structure is always kept and does not count.</param>
/// <param name="MinimumContextTokens">Below this many tokens the context is left alone; at least 0.</param>
/// <param name="MinimumSavedTokens">A smaller saving than this is not worth a changed prompt; at least 1.</param>
/// <param name="TokenBudget">Upper bound of the whole block's tokens, structure included; replaces <paramref name="KeepRate"/> where set.</param>
public sealed record CompressionSettings(
    double KeepRate = CompressionSettings.DefaultKeepRate,
    int MinimumContextTokens = CompressionSettings.DefaultMinimumContextTokens,
    int MinimumSavedTokens = CompressionSettings.DefaultMinimumSavedTokens,
    int? TokenBudget = null)
{
    /// <summary>The reference deployment's rate: 38% fewer prompt tokens.</summary>
    public const double DefaultKeepRate = .62;

    public const int DefaultMinimumContextTokens = 300;

    public const int DefaultMinimumSavedTokens = 24;

    /// <summary>The defaults above.</summary>
    public static CompressionSettings Default { get; } = new();

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
