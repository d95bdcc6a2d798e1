namespace OrleansLlm.Core.Compression;

/// <summary>Recognises a conversation: turns that open with their speaker's name and a colon, a few names over and over.</summary>
internal static class Transcript
{
    private const int FewestTurns = 12;

    // "Mr. Peter Julian (New Westminster, NDP)" in the minutes of a parliament.
    private const int LongestName = 64;

    /// <summary>Whether half of the live sentences open with a speaker's name, each used three times on average.</summary>
    public static bool IsTranscript(ReadOnlySpan<char> context, ReadOnlySpan<ContextUnit> units, ReadOnlySpan<int> live)
    {
        var speakers = new HashSet<string>(StringComparer.Ordinal);
        var lookup = speakers.GetAlternateLookup<ReadOnlySpan<char>>();
        var turns = 0;
        foreach (var i in live)
        {
            var text = ContextUnit.TextOf(context, units, i);
            text = text[..Math.Min(text.Length, LongestName + 1)];
            var colon = text.IndexOf(':');
            if (colon <= 0 || !char.IsUpper(text[0]) || text[..colon].ContainsAny(";!?\n"))
                continue;
            turns++;
            lookup.Add(text[..colon]);
        }

        return turns >= FewestTurns && turns * 2 >= live.Length && speakers.Count * 3 <= turns;
    }
}
