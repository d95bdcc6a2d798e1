using System.Collections.Frozen;

namespace OrleansLlm.Inference.Tokenization;

/// <summary>
/// The pieces of a BERT vocabulary, those that open a word apart from those that continue one ("##"), looked up by span so that
/// no string is made per token. A line's number is its id.
/// </summary>
internal sealed class WordPieceVocabulary
{
    private const string ContinuationPrefix = "##";

    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _opening;
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _continuing;

    private WordPieceVocabulary(Dictionary<string, int> opening, Dictionary<string, int> continuing)
    {
        _opening = opening.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _continuing = continuing.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        MaxOpeningLength = opening.Keys.Max(key => key.Length);
        MaxContinuingLength = continuing.Keys.DefaultIfEmpty("").Max(key => key.Length);
        Unknown = Special("[UNK]");
        Classifier = Special("[CLS]");
        Separator = Special("[SEP]");
        Padding = Special("[PAD]");
        Mask = Special("[MASK]");

        int Special(string token) =>
            opening.TryGetValue(token, out var id) ? id : throw new InvalidDataException($"the vocabulary has no {token} token");
    }

    /// <summary>Length of the longest piece that opens a word, in UTF-16 code units.</summary>
    public int MaxOpeningLength { get; }

    /// <summary>Length of the longest piece that continues a word, without its "##", in UTF-16 code units.</summary>
    public int MaxContinuingLength { get; }

    public int Unknown { get; }

    public int Classifier { get; }

    public int Separator { get; }

    public int Padding { get; }

    public int Mask { get; }

    /// <summary>Reads one piece a line.</summary>
    /// <exception cref="InvalidDataException">A piece stands twice, or a special token is missing.</exception>
    public static WordPieceVocabulary Read(TextReader reader)
    {
        var opening = new Dictionary<string, int>(StringComparer.Ordinal);
        var continuing = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; reader.ReadLine() is { } piece; id++)
        {
            var isContinuation = piece.Length > ContinuationPrefix.Length && piece.StartsWith(ContinuationPrefix, StringComparison.Ordinal);
            if (!(isContinuation ? continuing.TryAdd(piece[ContinuationPrefix.Length..], id) : opening.TryAdd(piece, id)))
                throw new InvalidDataException($"line {id + 1} of the vocabulary repeats '{piece}'");
        }

        return new(opening, continuing);
    }

    public bool TryGetOpening(ReadOnlySpan<char> piece, out int id) => _opening.TryGetValue(piece, out id);

    public bool TryGetContinuing(ReadOnlySpan<char> piece, out int id) => _continuing.TryGetValue(piece, out id);
}
