using OrleansLlm.Core.Pricing;

namespace OrleansLlm.Core.Compression.PrefixCaching;

/// <summary>
/// A provider's prefix cache as its price list describes it, for telling what a conversation costs. Every prompt is looked up by its
/// longest known beginning and then stored itself. Not safe for concurrent use.
/// </summary>
public sealed class PrefixCacheModel(PrefixCacheRules rules)
{
    private readonly List<(IReadOnlyList<PromptPiece> Prompt, int Cached, DateTimeOffset UsedAt)> _known = [];

    /// <summary>Sends <paramref name="prompt"/> at <paramref name="at"/> and says which of its tokens were read from the cache and which written to it.</summary>
    public TokenUsage Send(IReadOnlyList<PromptPiece> prompt, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        _known.RemoveAll(k => at - k.UsedAt > rules.TimeToLive);
        var tokens = 0;
        foreach (var piece in prompt)
            tokens += piece.Tokens;
        var read = 0;
        for (var i = 0; i < _known.Count; i++)
        {
            var shared = rules.Cacheable(Math.Min(Shared(_known[i].Prompt, prompt), _known[i].Cached));
            if (shared == 0)
                continue;
            _known[i] = _known[i] with { UsedAt = at };
            read = Math.Max(read, shared);
        }

        var cached = rules.Cacheable(tokens);
        if (cached > 0)
            _known.Add((prompt, cached, at));
        return new TokenUsage(tokens, 0, read, Math.Max(0, cached - read));
    }

    private static int Shared(IReadOnlyList<PromptPiece> a, IReadOnlyList<PromptPiece> b)
    {
        var tokens = 0;
        for (var i = 0; i < a.Count && i < b.Count && a[i] == b[i]; i++)
            tokens += a[i].Tokens;
        return tokens;
    }
}
