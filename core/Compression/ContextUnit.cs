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
}
