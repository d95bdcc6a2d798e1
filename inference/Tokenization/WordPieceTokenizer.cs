using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace OrleansLlm.Inference.Tokenization;

/// <summary>
/// BERT tokenization: text cleaned, for uncased models lower-cased and stripped of accents, split at white space, punctuation and ideographs, then
/// greedy longest-match WordPiece (Wu et al., 2016, arXiv 1609.08144). Its ids equal those of Hugging Face's BertTokenizerFast, special
/// tokens written in the text included. Microsoft.ML.Tokenizers' BertTokenizer cannot give them here: it strips accents with
/// <see cref="string.Normalize()"/>, which does nothing under InvariantGlobalization. Thread-safe.
/// </summary>
internal sealed class WordPieceTokenizer(WordPieceVocabulary vocabulary, bool lowerCase = true)
{
    private enum CharacterClass : byte
    {
        Word,
        Upper,
        Space,
        Punctuation,
        Removed,
    }

    private static readonly CharacterClass[] s_ascii = [.. Enumerable.Range(0, 128).Select(code => Classify((char)code))];

    private readonly (string Text, int Id)[] _special =
    [
        ("[CLS]", vocabulary.Classifier), ("[SEP]", vocabulary.Separator), ("[PAD]", vocabulary.Padding),
        ("[UNK]", vocabulary.Unknown), ("[MASK]", vocabulary.Mask),
    ];

    public WordPieceVocabulary Vocabulary { get; } = vocabulary;

    /// <summary>Appends the tokens of <paramref name="text"/> without [CLS] and [SEP].</summary>
    /// <param name="text">Any UTF-16 text; lone surrogates count as control characters.</param>
    /// <param name="output">Receives ids and spans; spans never step backwards.</param>
    /// <param name="limit">No more tokens than this are appended; reading stops there.</param>
    public void Tokenize(ReadOnlySpan<char> text, TokenBuffer output, int limit = int.MaxValue)
    {
        var end = output.Count + Math.Min(limit, int.MaxValue - output.Count);
        var word = new WordBuffer(stackalloc char[WordBuffer.Capacity], stackalloc TokenSpan[WordBuffer.Capacity]);
        for (var i = 0; i < text.Length && output.Count < end;)
        {
            var character = text[i];
            if (character >= s_ascii.Length)
            {
                i += ReadBeyondAscii(text[i..], i, ref word, output);
                continue;
            }

            switch (s_ascii[character])
            {
                case CharacterClass.Word:
                    word.Add(character, new TokenSpan(i, 1));
                    break;
                case CharacterClass.Upper:
                    word.Add(lowerCase ? (char)(character | 0x20) : character, new TokenSpan(i, 1));
                    break;
                case CharacterClass.Space:
                    Flush(ref word, output);
                    break;
                case CharacterClass.Punctuation:
                    Flush(ref word, output);
                    if (character == '[' && ReadSpecial(text[i..], i, output) is var length and > 0)
                    {
                        i += length;
                        continue;
                    }

                    word.Add(character, new TokenSpan(i, 1));
                    Flush(ref word, output);
                    break;
                default:
                    break;
            }

            i++;
        }

        Flush(ref word, output);
        output.Truncate(end);
    }

    /// <summary>Whether two texts have no more than <paramref name="room"/> tokens together, special ones not counted.</summary>
    public bool Fit(ReadOnlySpan<char> first, ReadOnlySpan<char> second, int room)
    {
        // No token of ASCII is shorter than a letter.
        if (first.Length + second.Length <= room && Ascii.IsValid(first) && Ascii.IsValid(second))
            return true;
        using var tokens = new TokenBuffer();
        Tokenize(first, tokens, room + 1);
        Tokenize(second, tokens, room + 1 - tokens.Count);
        return tokens.Count <= room;
    }

    /// <summary>Replaces the buffer by [CLS] text [SEP], the text cut so that all is at most <paramref name="maxTokens"/> long.</summary>
    public void Encode(ReadOnlySpan<char> text, int maxTokens, TokenBuffer output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 2);
        output.Clear();
        output.Add(Vocabulary.Classifier);
        Tokenize(text, output, maxTokens - 2);
        output.Add(Vocabulary.Separator);
    }

    /// <summary>
    /// Replaces the buffer by [CLS] first [SEP] second [SEP], cut "longest first": only the longer text is cut while that is enough,
    /// then both to half the room, the longer one getting the odd token.
    /// </summary>
    /// <returns>The tokens of the first segment, [CLS] and its [SEP] included: token type 0; the rest is type 1.</returns>
    public int EncodePair(ReadOnlySpan<char> first, ReadOnlySpan<char> second, int maxTokens, TokenBuffer output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 3);
        using var tail = new TokenBuffer();
        output.Clear();
        output.Add(Vocabulary.Classifier);
        Tokenize(first, output);
        Tokenize(second, tail);
        var (firstCount, secondCount) = LongestFirst(output.Count - 1, tail.Count, maxTokens - 3);
        output.Truncate(1 + firstCount);
        output.Add(Vocabulary.Separator);
        for (var i = 0; i < secondCount; i++)
            output.Add(tail.Ids[i], tail.Spans[i]);
        output.Add(Vocabulary.Separator);
        return firstCount + 2;
    }

    private static (int First, int Second) LongestFirst(int first, int second, int room)
    {
        if (first + second <= room)
            return (first, second);
        var shorter = Math.Min(first, second);
        var longer = shorter > room ? shorter : Math.Max(shorter, room - shorter);
        if (shorter + longer > room)
        {
            shorter = room / 2;
            longer = room - shorter;
        }

        return first > second ? (longer, shorter) : (shorter, longer);
    }

    // One character outside ASCII, in the order of the reference: clean, set ideographs apart, decompose and drop marks, lower-case.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int ReadBeyondAscii(ReadOnlySpan<char> rest, int position, ref WordBuffer word, TokenBuffer output)
    {
        _ = Rune.DecodeFromUtf16(rest, out var rune, out var length);
        var source = new TokenSpan(position, length);
        // A lone surrogate decodes to U+FFFD, which the reference removes.
        if (rune == Rune.ReplacementChar || IsControl(Rune.GetUnicodeCategory(rune)))
            return length;
        if (Rune.IsWhiteSpace(rune))
        {
            Flush(ref word, output);
            return length;
        }

        var isIdeograph = IsIdeograph(rune.Value);
        if (isIdeograph)
            Flush(ref word, output);
        Span<char> bases = stackalloc char[CanonicalBases.MaxLength];
        bases = bases[..(lowerCase ? CanonicalBases.Write(rune, bases) : rune.EncodeToUtf16(bases))];
        if (bases.IsEmpty)
            word.ExtendLast(source.End);
        while (!bases.IsEmpty)
        {
            _ = Rune.DecodeFromUtf16(bases, out var part, out var consumed);
            bases = bases[consumed..];
            if (IsPunctuation(part))
            {
                Flush(ref word, output);
                word.Add(part, source);
                Flush(ref word, output);
            }
            else
            {
                word.Add(lowerCase ? Rune.ToLowerInvariant(part) : part, source);
            }
        }

        if (isIdeograph)
            Flush(ref word, output);
        return length;
    }

    private int ReadSpecial(ReadOnlySpan<char> rest, int position, TokenBuffer output)
    {
        foreach (var (text, id) in _special)
        {
            if (!rest.StartsWith(text, StringComparison.Ordinal))
                continue;
            output.Add(id, new TokenSpan(position, text.Length));
            return text.Length;
        }

        return 0;
    }

    private void Flush(ref WordBuffer word, TokenBuffer output)
    {
        if (word.Runes == 0)
            return;
        if (word.IsTooLong || !TryMatch(word, output))
            output.Add(Vocabulary.Unknown, word.Whole);
        word.Clear();
    }

    // The longest piece first, from the left; a word with a rest that no piece matches is unknown as a whole.
    private bool TryMatch(in WordBuffer word, TokenBuffer output)
    {
        var letters = word.Letters;
        var before = output.Count;
        for (var start = 0; start < letters.Length;)
        {
            var longest = start == 0 ? Vocabulary.MaxOpeningLength : Vocabulary.MaxContinuingLength;
            var end = Math.Min(letters.Length, start + longest);
            var id = 0;
            while (end > start && !(start == 0 ? Vocabulary.TryGetOpening(letters[..end], out id) : Vocabulary.TryGetContinuing(letters[start..end], out id)))
                end--;
            if (end == start)
            {
                output.Truncate(before);
                return false;
            }

            output.Add(id, word.Covering(start, end));
            start = end;
        }

        return true;
    }

    private static CharacterClass Classify(char ascii) => ascii switch
    {
        ' ' or '\t' or '\n' or '\r' => CharacterClass.Space,
        < ' ' or '\u007F' => CharacterClass.Removed,
        >= 'A' and <= 'Z' => CharacterClass.Upper,
        _ => char.IsAsciiLetterOrDigit(ascii) ? CharacterClass.Word : CharacterClass.Punctuation,
    };

    private static bool IsControl(UnicodeCategory category) =>
        category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;

    // ASCII symbols such as "$" count as punctuation although Unicode says otherwise; decomposition can yield them ("≠" gives "=").
    private static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? s_ascii[rune.Value] == CharacterClass.Punctuation
        : Rune.IsPunctuation(rune);

    // The blocks that BERT calls Chinese; one range starts at 2B920 where the block starts at 2B820, as in the reference tokenizer.
    private static bool IsIdeograph(int code) => code is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0x2F800 and <= 0x2FA1F);
}
