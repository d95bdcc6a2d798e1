using System.Buffers;
using System.Text;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// A sentence's words in order, without what differs between two prints of one text: white space, quotation marks and emphasis around words,
/// commas and full stops after them, the first letter's case. Numbers, signs, names (<c>f'</c>, <c>*p</c>, <c>_id</c>) and question marks stay as
/// they are: sentences of one key state the same.
/// </summary>
internal static class WordingKey
{
    // Soft hyphen, zero-width space, byte order mark.
    private static readonly SearchValues<char> Invisible = SearchValues.Create("\u00AD\u200B\uFEFF");
    private const string Around = "`\"“”„«»\u00AD\u200B\uFEFF";
    private const string After = ",;:.…";

    // These are marks around words only where one opens and another closes.
    private static readonly string[] s_paired = ["*", "'‘’"];
    private static readonly string s_aroundAndPaired = Around + string.Concat(s_paired);
    private static readonly string s_aroundPairedAndAfter = s_aroundAndPaired + After;

    /// <summary>The key of <paramref name="sentence"/> and how many words it has.</summary>
    /// <param name="sentence">The sentence, or the beginning or end of one.</param>
    /// <param name="opens">Whether a sentence begins there: its first letter's case then tells nothing.</param>
    public static (string Key, int Words) Of(ReadOnlySpan<char> sentence, bool opens = true)
    {
        var key = new StringBuilder(sentence.Length);
        var words = Words(sentence);
        var marks = new string[words.Count * 2]; // what goes from each word's beginning and end
        Array.Fill(marks, Around);
        foreach (var mark in s_paired)
            Pair(sentence, words, mark, marks);
        for (var i = 0; i < words.Count; i++)
        {
            if (i > 0)
                key.Append(' ');
            var start = key.Length;
            Append(key, Bare(sentence[words[i]], marks[2 * i], marks[(2 * i) + 1]));
            if (i == 0 && opens && key.Length > start)
                key[start] = char.ToLowerInvariant(key[start]);
        }

        return (key.ToString(), words.Count);
    }

    private static List<Range> Words(ReadOnlySpan<char> sentence)
    {
        var words = new List<Range>();
        for (var at = 0; at < sentence.Length;)
        {
            var start = at;
            while (at < sentence.Length && !char.IsWhiteSpace(sentence[at]))
                at++;
            if (at > start)
                words.Add(start..at);
            else
                at++;
        }

        return words;
    }

    /// <summary>Adds <paramref name="mark"/> to what goes from the words that it opens before and closes after.</summary>
    private static void Pair(ReadOnlySpan<char> sentence, List<Range> words, string mark, string[] marks)
    {
        if (!sentence.ContainsAny(mark))
            return;
        var open = -1;
        for (var i = 0; i < words.Count; i++)
        {
            var word = sentence[words[i]];
            var before = word[..^word.TrimStart(s_aroundAndPaired).Length];
            var after = word[word.TrimEnd(s_aroundPairedAndAfter).Length..];
            if (before.ContainsAny(mark) && before.Length < word.Length)
                open = i;
            if (open < 0 || !after.ContainsAny(mark) || after.Length == word.Length)
                continue;
            marks[2 * open] += mark;
            marks[(2 * i) + 1] += mark;
            open = -1;
        }
    }

    /// <summary>Marks go only from a word: around a number they may be a sign, an inch or a product.</summary>
    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> word, string before, string after)
    {
        var bare = word.TrimStart(before);
        if (bare.IsEmpty || !char.IsLetter(bare[0]))
            bare = word;
        var trimmed = bare.TrimEnd(after).TrimEnd(After).TrimEnd(after);
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
