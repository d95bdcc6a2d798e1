using System.Collections.Concurrent;
using Microsoft.ML.Tokenizers;

namespace OrleansLlm.Core.Tokens;

/// <summary>
/// The tiktoken encoding of a model family. Models outside OpenAI's families are counted with <c>o200k_base</c>,
/// which the ledger marks as an estimate wherever it stands in for a provider's own figure.
/// </summary>
public sealed class ModelTokenizer : ITokenCounter
{
    /// <summary>Characters of a word that is counted as it stands; a multiple of three, as digits are taken by three.</summary>
    internal const int LongestWord = 255;

    private const string Cl100k = "cl100k_base";
    private const string O200k = "o200k_base";
    private static readonly string[] Cl100kFamilies = ["gpt-4-", "gpt-3.5", "gpt-35", "text-embedding-"];
    private static readonly ConcurrentDictionary<string, Lazy<ModelTokenizer>> Encodings = new(StringComparer.Ordinal);

    private readonly TiktokenTokenizer _tokenizer;

    private ModelTokenizer(string encoding)
    {
        Encoding = encoding;
        _tokenizer = TiktokenTokenizer.CreateForEncoding(encoding);
    }

    /// <inheritdoc/>
    public string Encoding { get; }

    /// <summary>The counter for <paramref name="model"/> (a model or deployment name; provider prefixes such as <c>azure/</c> are ignored).</summary>
    public static ModelTokenizer ForModel(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        var encoding = O200k;
        if (name.Equals("gpt-4", StringComparison.OrdinalIgnoreCase))
            encoding = Cl100k;
        foreach (var family in Cl100kFamilies)
        {
            if (name.StartsWith(family, StringComparison.OrdinalIgnoreCase))
                encoding = Cl100k;
        }

        return Encodings.GetOrAdd(encoding, static e => new Lazy<ModelTokenizer>(() => new ModelTokenizer(e))).Value;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The time of the merges grows with the square of a word's length, so that a megabyte without a space would take a day: a word of more than
    /// <see cref="LongestWord"/> characters is counted in pieces, which may differ from its count as a whole by a token a piece. All other text is
    /// counted as it stands.
    /// </remarks>
    public int Count(ReadOnlySpan<char> text) => Count(text, out _);

    /// <summary>The same, and how many characters were counted in pieces.</summary>
    public int Count(ReadOnlySpan<char> text, out int inPieces)
    {
        var count = inPieces = 0;
        var (start, at) = (0, 0);
        while (text.Length - at > LongestWord)
        {
            if (LastBorder(text.Slice(at, LongestWord + 1)) is var border and > 0)
            {
                at += border;
                continue;
            }

            // Not between the halves of a surrogate pair.
            at += char.IsHighSurrogate(text[at + LongestWord - 1]) ? LongestWord - 1 : LongestWord;
            count += _tokenizer.CountTokens(text[start..at]);
            inPieces += LongestWord;
            start = at;
        }

        return start == text.Length ? count : count + _tokenizer.CountTokens(text[start..]);
    }

    // Where a token certainly begins in both encodings' patterns: what holds letters holds no digit, what holds digits no letter, and neither goes
    // on with white space or punctuation, but for the apostrophe of a contraction. 0 where there is no such place.
    private static int LastBorder(ReadOnlySpan<char> text)
    {
        for (var i = text.Length - 1; i > 0; i--)
        {
            var (before, after) = (text[i - 1], text[i]);
            var letter = char.IsLetter(before);
            if (!letter && !char.IsNumber(before))
                continue;
            if (char.IsWhiteSpace(after) || (char.IsPunctuation(after) && after != '\'') || (letter ? char.IsNumber(after) : char.IsLetter(after)))
                return i;
        }

        return 0;
    }
}
