namespace OrleansLlm.Core.Compression;

/// <summary>Recognises a conversation: turns that open with their speaker's name and a colon, a few names over and over.</summary>
internal static class Transcript
{
    private const int FewestTurns = 12;
    private const int LongestName = 32;

    /// <summary>Whether half of the live sentences open with a speaker's name, each used four times on average.</summary>
    public static bool IsTranscript(ReadOnlySpan<char> context, ReadOnlySpan<ContextUnit> units, ReadOnlySpan<int> live)
    {
        var speakers = new HashSet<string>(StringComparer.Ordinal);
        var lookup = speakers.GetAlternateLookup<ReadOnlySpan<char>>();
        var turns = 0;
        foreach (var i in live)
        {
            var text = context.Slice(units[i].Start, Math.Min(units[i].Length, LongestName + 1));
            var colon = text.IndexOf(':');
            if (colon <= 0 || !char.IsUpper(text[0]) || text[..colon].ContainsAny(".,;!?"))
                continue;
            turns++;
            lookup.Add(text[..colon]);
        }

        return turns >= FewestTurns && turns * 2 >= live.Length && speakers.Count * 4 <= turns;
    }
}
