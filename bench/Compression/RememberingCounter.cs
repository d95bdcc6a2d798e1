using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Bench.Compression;

/// <summary>Counts each text once: a suite asks for the same record at several rates.</summary>
internal sealed class RememberingCounter(ITokenCounter counter) : ITokenCounter
{
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);

    public string Encoding => counter.Encoding;

    public int Count(ReadOnlySpan<char> text)
    {
        var lookup = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out var known))
            return known;
        var count = counter.Count(text);
        lookup[text] = count;
        return count;
    }
}
