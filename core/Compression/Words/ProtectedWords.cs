using System.Buffers;
using System.Collections.Frozen;

namespace OrleansLlm.Core.Compression.Words;

/// <summary>
/// What no word stage may take out of a sentence: its first word, digits with the unit after them, names, signs, addresses, quotations and
/// brackets, negations and the other words that turn a statement round.
/// </summary>
internal static class ProtectedWords
{
    // Longer quotations are prose.
    private const int LongestEnclosure = 300;

    private static readonly SearchValues<char> Marks = SearchValues.Create("'’-‑");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Turning = new[]
    {
        "no", "not", "nor", "none", "never", "neither", "nobody", "nothing", "nowhere", "cannot", "without", "unless", "except", "excluding", "but",
        "only", "hardly", "barely", "scarcely", "rarely", "seldom", "almost", "nearly", "if", "or", "either", "whether", "although", "though",
        "despite", "however", "instead", "rather", "otherwise", "before", "after", "since", "until", "till", "by", "during", "within", "from", "to",
        "above", "below", "over", "under", "between", "against", "more", "less", "most", "least", "fewer", "than", "all", "any", "both", "each",
        "every", "some", "few", "several", "many", "half", "must", "may", "might", "can", "could", "shall", "should", "will", "would", "did", "does",
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "thirty", "forty", "fifty",
        "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million", "billion", "percent", "once", "twice", "first", "second", "third",
        "last", "zero", "dozen", "double", "false", "true", "wrong", "fail", "fails", "failed", "lack", "lacks", "deny", "denies", "denied", "refuse",
        "refuses", "refused", "stop", "stops", "stopped", "refer", "ago",
    }.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Adds the words of <paramref name="sentence"/> that may go, each with the white space before it and without the marks after it.</summary>
    public static void Free(ReadOnlySpan<char> sentence, List<(int Start, int End)> free)
    {
        var enclosedUntil = -1;
        var afterNumber = false;
        var isFirst = true;
        for (var at = 0; at < sentence.Length;)
        {
            var gap = at;
            while (at < sentence.Length && char.IsWhiteSpace(sentence[at]))
                at++;
            var start = at;
            while (at < sentence.Length && !char.IsWhiteSpace(sentence[at]))
            {
                if (at > enclosedUntil && Closing(sentence[at]) is var closing and not '\0'
                    && sentence.Slice(at + 1, Math.Min(LongestEnclosure, sentence.Length - at - 1)).IndexOf(closing) is >= 0 and var length)
                    enclosedUntil = at + 1 + length;
                at++;
            }

            var word = sentence[start..at].TrimEnd(",;:.!?…");
            var hasDigit = word.ContainsAnyInRange('0', '9');
            // Only white space on one line goes with its word: a line break may mean something.
            if (!isFirst && !afterNumber && start > enclosedUntil && gap < start && !sentence[gap..start].ContainsAny('\n', '\r') && IsPlain(word))
                free.Add((gap, start + word.Length));
            afterNumber = hasDigit && word.Length == at - start;
            isFirst = false;
        }
    }

    /// <summary>Lower-case letters, hyphens and apostrophes, not too many of them, and none of the words that turn a statement round.</summary>
    private static bool IsPlain(ReadOnlySpan<char> word)
    {
        if (word.IsEmpty || word.Length > NaturalWord.Longest || !char.IsLower(word[0]) || word.EndsWith("n't", StringComparison.Ordinal) || word.EndsWith("n’t", StringComparison.Ordinal))
            return false;
        foreach (var c in word)
        {
            // A script without case may be a name.
            if (!char.IsLower(c) && !Marks.Contains(c))
                return false;
        }

        return !Turning.Contains(word);
    }

    private static char Closing(char c) => c switch
    {
        '"' => '"',
        '“' or '„' => '”',
        '«' => '»',
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '`' => '`',
        _ => '\0',
    };
}
