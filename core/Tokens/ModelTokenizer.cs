using System.Collections.Concurrent;
using Microsoft.ML.Tokenizers;

namespace OrleansLlm.Core.Tokens;

/// <summary>
/// The tiktoken encoding of a model family. Models outside OpenAI's families are counted with <c>o200k_base</c>,
/// which the ledger marks as an estimate wherever it stands in for a provider's own figure.
/// </summary>
public sealed class ModelTokenizer : ITokenCounter
{
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
    public int Count(ReadOnlySpan<char> text) => text.IsEmpty ? 0 : _tokenizer.CountTokens(text);
}
