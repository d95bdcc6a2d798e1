namespace OrleansLlm.Core.Compression;

/// <summary>A piece of a context that is kept or dropped as a whole. Between units stands only white space.</summary>
/// <param name="Start">First UTF-16 code unit in the context.</param>
/// <param name="End">One past the last.</param>
/// <param name="Kind">What may be done to it.</param>
/// <param name="Paragraph">Number of the paragraph or list item it belongs to.</param>
/// <param name="Section">Number of the heading it stands under.</param>
internal readonly record struct ContextUnit(int Start, int End, UnitKind Kind, int Paragraph, int Section)
{
    public int Length => End - Start;

    /// <summary>Whether it opens a paragraph, whose number it shares, and is no sentence of it.</summary>
    public bool IsLead => Kind is UnitKind.Marker or UnitKind.Label;

    /// <summary>What one of <paramref name="units"/> says, with the label that it follows.</summary>
    public static ReadOnlySpan<char> TextOf(ReadOnlySpan<char> context, ReadOnlySpan<ContextUnit> units, int index) =>
        context[(index > 0 && units[index - 1].Kind == UnitKind.Label ? units[index - 1] : units[index]).Start..units[index].End];
}
