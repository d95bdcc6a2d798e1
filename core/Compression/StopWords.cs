using System.Collections.Frozen;

namespace OrleansLlm.Core.Compression;

/// <summary>Words that say nothing about which sentence a question needs.</summary>
internal static class StopWords
{
    private static readonly FrozenSet<string> Words = new[]
    {
        "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before", "being",
        "between", "both", "but", "by", "can", "could", "d", "did", "do", "does", "doing", "during", "each", "for", "from", "had", "has",
        "have", "having", "he", "her", "here", "hers", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "ll", "m",
        "many", "may", "me", "might", "more", "most", "much", "must", "my", "no", "nor", "not", "of", "on", "one", "or", "other", "our",
        "ours", "out", "over", "own", "please", "re", "s", "shall", "she", "should", "so", "some", "such", "t", "tell", "than", "that",
        "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "too", "under", "until", "up", "us", "ve",
        "very", "was", "we", "were", "what", "when", "where", "which", "while", "who", "whom", "whose", "why", "will", "with", "would",
        "you", "your", "yours",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether the lower-case <paramref name="word"/> is one of them.</summary>
    public static bool Contains(ReadOnlySpan<char> word) => Lookup.Contains(word);
}
