using System.Text;

namespace OrleansLlm.Inference.Tokenization;

/// <summary>The word being read: its normalized letters, each with its place in the text.</summary>
internal ref struct WordBuffer(Span<char> letters, Span<TokenSpan> sources)
{
    /// <summary>A word of more characters is one unknown token, as in the reference.</summary>
    private const int MaxRunes = 100;

    /// <summary>UTF-16 code units that both spans must hold.</summary>
    public const int Capacity = 2 * MaxRunes;

    private readonly Span<char> _letters = letters;
    private readonly Span<TokenSpan> _sources = sources;
    private int _length;
    private TokenSpan _first;
    private TokenSpan _last;

    /// <summary>Characters so far; those past the limit are counted and not kept.</summary>
    public int Runes { get; private set; }

    public readonly bool IsTooLong => Runes > MaxRunes;

    public readonly ReadOnlySpan<char> Letters => _letters[.._length];

    public readonly TokenSpan Whole => new(_first.Start, _last.End - _first.Start);

    public void Add(char letter, TokenSpan source)
    {
        if (!Count(source))
            return;
        _letters[_length] = letter;
        _sources[_length++] = source;
    }

    public void Add(Rune letter, TokenSpan source)
    {
        if (!Count(source))
            return;
        var written = letter.EncodeToUtf16(_letters[_length..]);
        _sources.Slice(_length, written).Fill(source);
        _length += written;
    }

    /// <summary>Lets the last letter's place reach to <paramref name="end"/>, over a mark that was stripped from it.</summary>
    public void ExtendLast(int end)
    {
        if (Runes == 0)
            return;
        _last = new TokenSpan(_last.Start, end - _last.Start);
        if (_length > 0 && Runes <= MaxRunes)
            _sources[_length - 1] = _last;
    }

    public readonly TokenSpan Covering(int start, int end)
    {
        var first = _sources[start].Start;
        return new TokenSpan(first, _sources[end - 1].End - first);
    }

    public void Clear()
    {
        _length = 0;
        Runes = 0;
    }

    private bool Count(TokenSpan source)
    {
        if (Runes++ == 0)
            _first = source;
        _last = source;
        return Runes <= MaxRunes;
    }
}
