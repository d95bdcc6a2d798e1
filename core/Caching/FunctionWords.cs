using System.Collections.Frozen;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Two questions that differ in one place, and there in function words alone: "even if" and "only if", "the most reliable" and "the more reliable", "while it is pending"
/// and "once it is". What tells them apart is nothing to the rules for content words.
/// </summary>
internal static class FunctionWords
{
    private const int LongestPlace = 3;
    private const ulong And = 1;
    private const ulong Or = 2;
    private const ulong Persons = 0b111100;
    // "If I wear glasses" is not "only if I do"; "even if I do" asks the same.
    private const ulong Only = 0b1000000;

    // Each row is one meaning. What is in no row goes without saying, or is said in many ways ("a", "the", "in", "on", "can", "could").
    private static readonly FrozenDictionary<string, int> s_meanings = Words.Rows(
        "and", "or", "i me my we us our", "he him his", "she her hers", "they them their", "only", "even", "also too", "still", "already", "most", "more", "less", "least",
        "when while if during", "where", "anyone anybody", "everyone everybody", "why", "how", "who whom whose",
        "once after", "before", "until till", "unless", "because", "although though",
        "up", "down", "out", "off", "back", "away", "over", "from", "to into onto", "against");

    /// <summary>Whether they stand for different things there.</summary>
    public static bool Differ(QuestionProfile a, QuestionProfile b)
    {
        var (x, y) = (a.Tokens, b.Tokens);
        var shorter = Math.Min(x.Count, y.Count);
        var head = 0;
        while (head < shorter && x[head].Stem == y[head].Stem)
            head++;
        var tail = 0;
        while (tail < shorter - head && x[^(tail + 1)].Stem == y[^(tail + 1)].Stem)
            tail++;
        return Read(x, head, x.Count - tail) is { } mine && Read(y, head, y.Count - tail) is { } theirs && Exclude(mine, theirs);
    }

    private static bool Exclude(ulong mine, ulong theirs)
    {
        // "And start" is "to start"; it is "or" that it excludes.
        if (((mine | theirs) & (And | Or)) is And)
            (mine, theirs) = (mine & ~And, theirs & ~And);
        // "How can I build" is "how to build".
        if ((mine & Persons) == 0 || (theirs & Persons) == 0)
            (mine, theirs) = (mine & ~Persons, theirs & ~Persons);
        return ((mine ^ theirs) & Only) != 0 || ((mine & ~theirs) != 0 && (theirs & ~mine) != 0);
    }

    // Null where the place is too long or holds another word.
    private static ulong? Read(List<QuestionToken> tokens, int from, int end)
    {
        if (end - from > LongestPlace)
            return null;
        var found = 0UL;
        for (var i = from; i < end; i++)
        {
            if (s_meanings.TryGetValue(tokens[i].Lower, out var meaning))
                found |= 1UL << meaning;
            else if (!Words.Function.Contains(tokens[i].Lower))
                return null;
        }

        return found;
    }
}
