namespace OrleansLlm.Core.Pricing;

/// <summary>How many tokens a call to a model can use at most.</summary>
/// <param name="ContextTokens">Prompt and completion together.</param>
/// <param name="OutputTokens">Completion, reasoning included.</param>
public readonly record struct ModelLimits(int ContextTokens, int OutputTokens)
{
    /// <summary>For a model that is not known: no listed one can do more.</summary>
    public static ModelLimits Unknown { get; } = new(1_050_000, 128_000);

    // By the vendors' model pages, 2026-11; the longest prefix of a name counts. Where a page gives several, the greatest.
    private static readonly (string Prefix, ModelLimits Limits)[] Known =
    [
        ("gpt-3.5-turbo", new(16_385, 4_096)),
        ("gpt-35-turbo", new(16_385, 4_096)),
        // Previews of GPT-4 Turbo, and at Azure that one itself, go by this name too.
        ("gpt-4", new(128_000, 8_192)),
        ("gpt-4.5", new(128_000, 16_384)),
        ("gpt-4-turbo", new(128_000, 4_096)),
        ("gpt-4o", new(128_000, 16_384)),
        ("gpt-4.1", new(1_047_576, 32_768)),
        ("o1", new(200_000, 100_000)),
        ("o3", new(200_000, 100_000)),
        ("o4-mini", new(200_000, 100_000)),
        ("text-embedding-", new(300_000, 0)),
    ];

    /// <summary>The limits of <paramref name="model"/>, a name with or without provider; <see cref="Unknown"/> where it is not known.</summary>
    public static ModelLimits Of(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        var (found, length) = (Unknown, 0);
        foreach (var (prefix, limits) in Known)
        {
            if (prefix.Length > length && name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                (found, length) = (limits, prefix.Length);
        }

        return found;
    }
}
