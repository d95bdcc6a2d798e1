using System.Collections.Frozen;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// Reads the words of a text: runs of letters and digits, lower-cased, accents of Latin letters dropped, stemmed.
/// Han and kana, written without spaces, are read as overlapping pairs of characters.
/// </summary>
internal ref struct TermReader(ReadOnlySpan<char> text)
{
    // A longer word is a base64 blob or the like: its first characters identify it.
    private const int LongestWord = 48;
    private const int RootLength = 5;
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    private readonly ReadOnlySpan<char> _text = text;
    private int _at;
    private bool _first = true;

    public Term Current { get; private set; }

    /// <summary>Where <see cref="Current"/> ends in the text.</summary>
    public readonly int End => _at;

    /// <summary>The ids of a list of words.</summary>
    public static FrozenSet<ulong> Ids(string words)
    {
        var ids = new HashSet<ulong>();
        var reader = new TermReader(words);
        while (reader.MoveNext())
            ids.Add(reader.Current.Id);
        return ids.ToFrozenSet();
    }

    public bool MoveNext()
    {
        while (_at < _text.Length && !IsWordChar(_text[_at]))
            _at++;
        if (_at >= _text.Length)
            return false;
        Current = IsIdeograph(_text[_at]) ? ReadPair() : ReadWord();
        _first = false;
        return true;
    }

    private Term ReadPair()
    {
        var first = _text[_at++];
        var hash = Hash(FnvOffset, first);
        var paired = _at < _text.Length && IsIdeograph(_text[_at]);
        if (paired)
            hash = Hash(hash, _text[_at]);
        // The last character of a run stands alone only when the run is one long.
        if (paired && (_at + 1 >= _text.Length || !IsIdeograph(_text[_at + 1])))
            _at++;
        return new Term(hash, hash, IsStopWord: false, IsName: false);
    }

    private Term ReadWord()
    {
        Span<char> word = stackalloc char[LongestWord];
        var length = 0;
        var initial = _text[_at];
        for (; _at < _text.Length && (IsWordChar(_text[_at]) || IsAccent(_text[_at])) && !IsIdeograph(_text[_at]); _at++)
        {
            if (length < LongestWord && !IsAccent(_text[_at]))
                word[length++] = LatinFolding.Fold(_text[_at]);
        }

        var isStopWord = StopWords.Contains(word[..length]);
        var isName = char.IsDigit(initial) || (char.IsUpper(initial) && !_first);
        length = Stemmer.Stem(word, length);
        var hash = FnvOffset;
        var root = FnvOffset;
        for (var i = 0; i < length; i++)
        {
            hash = Hash(hash, word[i]);
            root = i < RootLength ? hash : root;
        }

        return new Term(hash, root, isStopWord, isName && !isStopWord);
    }

    private static ulong Hash(ulong hash, char c) => (hash ^ c) * FnvPrime;

    private static bool IsWordChar(char c) => char.IsAscii(c) ? char.IsAsciiLetterOrDigit(c) : char.IsLetterOrDigit(c) || char.IsSurrogate(c);

    // A letter and its accent written apart (NFD, as PDFs and macOS write them) are the letter without one, as those written as one are.
    private static bool IsAccent(char c) => c is >= '\u0300' and <= '\u036F';

    private static bool IsIdeograph(char c) => c is (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF');
}
