using System.Buffers;
using System.Text;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// A sentence's words in order, without what differs between two prints of one text: white space, quotation marks and emphasis around words,
/// commas and full stops after them, the first letter's case. Numbers, signs, names and question marks stay as they are: sentences of one
/// key state the same.
/// </summary>
internal static class WordingKey
{
    // Soft hyphen, zero-width space, byte order mark.
    private static readonly SearchValues<char> Invisible = SearchValues.Create("\u00AD\u200B\uFEFF");
    private const string Around = "*_`\"'“”‘’„«»\u00AD\u200B\uFEFF";
    private const string After = ",;:.…";

    /// <summary>The key of <paramref name="sentence"/> and how many words it has.</summary>
    /// <param name="sentence">The sentence, or the beginning or end of one.</param>
    /// <param name="opens">Whether a sentence begins there: its first letter's case then tells nothing.</param>
    public static (string Key, int Words) Of(ReadOnlySpan<char> sentence, bool opens = true)
    {
        var key = new StringBuilder(sentence.Length);
        var words = 0;
        for (var at = 0; at < sentence.Length;)
        {
            if (char.IsWhiteSpace(sentence[at]))
            {
                at++;
                continue;
            }

            var end = at;
            while (end < sentence.Length && !char.IsWhiteSpace(sentence[end]))
                end++;
            var word = Bare(sentence[at..end]);
            at = end;
            if (words++ > 0)
                key.Append(' ');
            var start = key.Length;
            Append(key, word);
            if (words == 1 && opens && key.Length > start)
                key[start] = char.ToLowerInvariant(key[start]);
        }

        return (key.ToString(), words);
    }

    /// <summary>Marks go only from a word: around a number they may be a sign, an inch or a product.</summary>
    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> word)
    {
        var bare = word.TrimStart(Around);
        if (bare.IsEmpty || !char.IsLetter(bare[0]))
            bare = word;
        var trimmed = bare.TrimEnd(Around).TrimEnd(After).TrimEnd(Around);
        if (!trimmed.IsEmpty && char.IsLetter(trimmed[^1]))
            return trimmed;
        trimmed = bare.TrimEnd(",.");
        return !trimmed.IsEmpty && char.IsDigit(trimmed[^1]) ? trimmed : bare;
    }

    private static void Append(StringBuilder key, ReadOnlySpan<char> word)
    {
        if (!word.ContainsAny(Invisible) && !word.ContainsAny('’', '‘'))
        {
            key.Append(word);
            return;
        }

        foreach (var c in word)
        {
            if (!Invisible.Contains(c))
                key.Append(c is '’' or '‘' ? '\'' : c);
        }
    }
}
