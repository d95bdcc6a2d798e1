using System.Buffers;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// Light suffix stripping for English: enough for a question's "won" of inflection to meet the sentence's, not a full
/// Porter stemmer, whose over-stemming costs more than it finds in one short context (Hull 1996).
/// </summary>
internal static class Stemmer
{
    private static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouy");

    /// <summary>Shortens the lower-case word in <paramref name="word"/> in place; returns its new length.</summary>
    public static int Stem(Span<char> word, int length)
    {
        if (length < 4 || !char.IsAsciiLetter(word[length - 1]))
            return length;
        length = StripPlural(word, length);
        var stripped = length;
        if (Ends(word, length, "ing") && HasVowel(word, length - 3))
            stripped = Undouble(word, length - 3);
        else if (Ends(word, length, "ed") && HasVowel(word, length - 2))
            stripped = Undouble(word, length - 2);
        else if (Ends(word, length, "ly") && length > 5)
            stripped = length - 2;
        if (stripped >= 3)
            length = stripped;
        return length > 3 && word[length - 1] == 'e' ? length - 1 : length;
    }

    private static int StripPlural(Span<char> word, int length)
    {
        if (word[length - 1] != 's' || word[length - 2] is 's' or 'u')
            return length;
        if (length > 4 && Ends(word, length, "ies"))
        {
            word[length - 3] = 'y';
            return length - 2;
        }

        var afterSibilant = length > 4 && word[length - 2] == 'e'
            && (word[length - 3] is 'x' or 'z' || Ends(word, length - 2, "ss") || Ends(word, length - 2, "sh") || Ends(word, length - 2, "ch"));
        return afterSibilant ? length - 2 : length - 1;
    }

    private static bool Ends(ReadOnlySpan<char> word, int length, string suffix) =>
        length > suffix.Length && word[..length].EndsWith(suffix, StringComparison.Ordinal);

    private static bool HasVowel(ReadOnlySpan<char> word, int length) => length > 0 && word[..length].ContainsAny(Vowels);

    /// <summary>"stopp" (from "stopped") becomes "stop"; "fall" and "miss" stay.</summary>
    private static int Undouble(ReadOnlySpan<char> word, int length) =>
        length > 3 && word[length - 1] == word[length - 2] && word[length - 1] is not ('l' or 's' or 'z') ? length - 1 : length;
}
