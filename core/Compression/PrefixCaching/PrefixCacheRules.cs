using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Compression.PrefixCaching;

/// <summary>How a provider bills the beginning of a prompt that it has seen before.</summary>
/// <param name="MinimumTokens">A shorter prefix is not cached.</param>
/// <param name="StepTokens">A cached prefix is a multiple of this many tokens; 1 where any length is.</param>
/// <param name="ReadShare">Price of a cached token as a share of the input price, in [0, 1).</param>
/// <param name="WriteShare">Price of a token that is written to the cache as a share of the input price, at least 1.</param>
/// <param name="TimeToLive">How long a prefix stays after it was last used.</param>
public sealed record PrefixCacheRules(int MinimumTokens, int StepTokens, double ReadShare, double WriteShare, TimeSpan TimeToLive)
{
    private const int Usual = 1024;
    private const int OpenAiStep = 128;
    private const int CountMargin = 2;

    // Gemini 2.5 Pro and later, Claude Opus 4.5 and Haiku 4.5 and later.
    private const int Large = 4096;

    /// <summary>The rules behind <paramref name="price"/>; null where cached tokens cost as much as others, so that there is nothing to lose.</summary>
    public static PrefixCacheRules? For(ModelPrice price)
    {
        ArgumentNullException.ThrowIfNull(price);
        if (price is not { Input: > 0, CachedInput: { } cached } || cached >= price.Input)
            return null;
        var read = (double)(cached / price.Input);
        var write = Math.Max(1, (double)((price.CacheWrite ?? price.Input) / price.Input));
        var isLarge = Contains("pro") || Contains("opus") || Contains("haiku");
        return price.Provider.ToLowerInvariant() switch
        {
            "anthropic" => new(isLarge ? Large : Usual, 1, read, write, TimeSpan.FromMinutes(5)),
            "gemini" => new(isLarge ? Large : Usual, 1, read, write, TimeSpan.FromMinutes(5)),
            _ => new(Usual, OpenAiStep, read, write, TimeSpan.FromHours(1)),
        };

        bool Contains(string name) => price.Model.Contains(name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Tokens of a prompt of <paramref name="promptTokens"/> that the provider would cache.</summary>
    public int Cacheable(int promptTokens) => promptTokens < MinimumTokens ? 0 : promptTokens - (promptTokens % StepTokens);

    /// <summary>
    /// Whether a cacheable conversation that is shorter by <paramref name="saved"/> tokens from some turn on can never cost more than the
    /// longer one in any later turn, however long the turns are.
    /// </summary>
    /// <remarks>
    /// A shorter prefix may lose up to a step of its cached tokens to rounding, in every turn. Rounded up to whole steps, the saving loses
    /// (steps - saved) x (1 - read), and gains saved x read; both are equal at saved = steps x (1 - read). Sums of allowed savings are
    /// allowed again, so each block may be judged on its own. Some tokens are left at both ends, because the tokens of a document and of the
    /// message around it add up only nearly.
    /// </remarks>
    public bool Allows(int saved) => saved == 0 || (saved > 0 && (IsIn(StepsUp(saved), saved) || IsIn(StepsUp(saved) + 1, saved)));

    /// <summary>The allowed savings nearest to <paramref name="asked"/>, none of them beyond <paramref name="most"/>; null where there is none.</summary>
    /// <param name="asked">Tokens to save.</param>
    /// <param name="least">No fewer than this, at least 1.</param>
    /// <param name="most">No more than this.</param>
    public (int Fewest, int Most)? Nearest(int asked, int least, int most)
    {
        (int, int)? nearest = null;
        var distance = int.MaxValue;
        var steps = StepsUp(Math.Max(asked, 1));
        foreach (var count in new[] { steps, steps - 1, steps + 1, StepsUp(Math.Max(most, 0)) })
        {
            var low = Math.Max(Math.Max(least, 1), Fewest(count));
            var high = Math.Min(most, Most(count));
            if (count <= 0 || low > high)
                continue;
            var away = asked < low ? low - asked : asked > high ? asked - high : 0;
            if (away >= distance)
                continue;
            (nearest, distance) = ((low, high), away);
        }

        return nearest;
    }

    private bool IsIn(int steps, int saved) => saved >= Fewest(steps) && saved <= Most(steps);

    private int StepsUp(int saved) => (saved + StepTokens - 1) / StepTokens;

    private int Fewest(int steps) => StepTokens == 1 ? 1 : (int)Math.Ceiling(steps * StepTokens * (1 - ReadShare)) + CountMargin;

    private int Most(int steps) => StepTokens == 1 ? int.MaxValue : (steps * StepTokens) - CountMargin;
}
