namespace OrleansLlm.Core.Compression;

/// <summary>The sentences of the documents before, as they are sent: what the next document repeats of them need not be said again.</summary>
internal sealed class SentWordings
{
    private readonly List<Wording> _sentences = [];

    /// <summary>The sentences in order.</summary>
    public IReadOnlyList<Wording> Sentences => _sentences;

    /// <summary>A document goes out as <paramref name="text"/>.</summary>
    public void Add(string text) => _sentences.AddRange(Read(text, ContextSegmenter.Segment(text), _sentences.Count == 0 ? 0 : _sentences[^1].Block + 1).Select(w => w with { Unit = -1 }));

    /// <summary>The sentences among <paramref name="units"/>; structures part them into blocks, numbered from <paramref name="block"/> on.</summary>
    public static IEnumerable<Wording> Read(string context, ContextUnit[] units, int block)
    {
        for (var i = 0; i < units.Length; i++)
        {
            if (units[i].Kind == UnitKind.Structure)
                block++;
            if (units[i].Kind != UnitKind.Prose)
                continue;
            var (key, words) = WordingKey.Of(context.AsSpan(units[i].Start, units[i].Length));
            if (words > 0)
                yield return new Wording(i, key, words, block);
        }
    }

    /// <param name="Unit">Index of its unit; -1 in another document.</param>
    /// <param name="Key">Its <see cref="WordingKey"/>.</param>
    /// <param name="Words">Its words.</param>
    /// <param name="Block">The same for sentences between which no structure stands.</param>
    internal readonly record struct Wording(int Unit, string Key, int Words, int Block);
}
