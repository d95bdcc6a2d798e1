namespace OrleansLlm.Core.Compression;

/// <summary>The sentences of the documents before, as they are sent: what the next document repeats of them need not be said again.</summary>
internal sealed class SentWordings
{
    private readonly List<Wording> _sentences = [];

    /// <summary>The sentences in order.</summary>
    public IReadOnlyList<Wording> Sentences => _sentences;

    /// <summary>A document goes out as <paramref name="text"/>.</summary>
    public void Add(string text) => _sentences.AddRange([.. Read(text, ContextSegmenter.Segment(text), _sentences).Select(w => w with { Unit = -1 })]);

    /// <summary>The sentences among <paramref name="units"/>, whose blocks and sections are numbered on from those <paramref name="before"/>.</summary>
    public static IEnumerable<Wording> Read(string context, ContextUnit[] units, IReadOnlyList<Wording> before)
    {
        var (block, firstSection) = before.Count == 0 ? (0, 0) : (before[^1].Block + 1, before[^1].Section + 1);
        for (var i = 0; i < units.Length; i++)
        {
            if (units[i].Kind == UnitKind.Structure)
                block++;
            if (units[i].Kind != UnitKind.Prose)
                continue;
            var text = ContextUnit.TextOf(context, units, i);
            var (key, words) = WordingKey.Of(text);
            if (words == 0)
                continue;
            yield return new Wording(i, key, words, block, firstSection + units[i].Section)
            {
                OpensSection = OpensSection(units, i),
                ClosesSection = i + 1 == units.Length || units[i + 1].Section != units[i].Section,
                OpensParagraph = i == 0 || units[i - 1].IsLead || units[i - 1].Paragraph != units[i].Paragraph,
                ClosesParagraph = i + 1 == units.Length || units[i + 1].Paragraph != units[i].Paragraph,
                IsCutOff = char.IsLetterOrDigit(text[^1]),
            };
        }
    }

    private static bool OpensSection(ContextUnit[] units, int index)
    {
        var before = index > 0 && units[index - 1].IsLead ? index - 2 : index - 1;
        if (before < 0 || units[before].Section != units[index].Section)
            return true;
        // Its heading may stand before it, but nothing else.
        return units[before].Kind == UnitKind.Structure && (before == 0 ? units[0].Section > 0 : units[before - 1].Section != units[before].Section);
    }

    /// <param name="Unit">Index of its unit; -1 in another document.</param>
    /// <param name="Key">Its <see cref="WordingKey"/>.</param>
    /// <param name="Words">Its words.</param>
    /// <param name="Block">The same for sentences between which no structure stands.</param>
    /// <param name="Section">The same for sentences under one heading of one document.</param>
    internal readonly record struct Wording(int Unit, string Key, int Words, int Block, int Section)
    {
        public bool OpensSection { get; init; }

        public bool ClosesSection { get; init; }

        public bool OpensParagraph { get; init; }

        public bool ClosesParagraph { get; init; }

        /// <summary>Whether no mark ends it, as where a chunk ends in the middle of a sentence.</summary>
        public bool IsCutOff { get; init; }
    }
}
