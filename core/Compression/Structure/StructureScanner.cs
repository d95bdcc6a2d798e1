namespace OrleansLlm.Core.Compression.Structure;

/// <summary>
/// Finds the parts of a context that are not prose: fenced, indented and bare code, JSON, YAML, XML, tables, diffs, logs, stack
/// traces, quotations by line, headings, worked examples. They are kept byte for byte, because half a table or an object without its brace is
/// worse than none.
/// </summary>
/// <remarks>
/// Protection works on two levels. <b>Structure</b>, found here, is never cut and never counts as live. Facts <b>inside
/// prose</b> (numbers, units, dates, negations, quotations) are protected inside a kept sentence: no kept sentence is ever
/// changed. But a whole sentence may go even though it holds a number; were every sentence with a number kept, nothing
/// would be compressed.
/// </remarks>
internal static class StructureScanner
{
    /// <summary>How many lines, from line <paramref name="at"/> on, a structure covers; 0 where none begins there.</summary>
    internal delegate int LineRecogniser(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at);

    /// <summary>For each line what covers it.</summary>
    public static LineKind[] Scan(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines)
    {
        var json = new JsonBlock();
        // In order of how sure the recogniser is: a diff may hold code, a log may hold JSON.
        LineRecogniser[] recognisers =
        [
            FencedBlock.Lines, DiffBlock.Lines, json.Lines, new MarkupBlock().Lines, LogBlock.Lines, TableBlock.Lines, new YamlBlock().Lines,
            new CodeBlock(json).Lines, QuoteBlock.Lines, Heading.Lines,
        ];
        var kinds = new LineKind[lines.Length];
        var (examples, count) = FewShotExamples.Find(text, lines).GetOffsetAndLength(lines.Length);
        for (var at = 0; at < lines.Length;)
        {
            if (at == examples && count > 0)
            {
                kinds[at] = LineKind.Structure;
                kinds.AsSpan(at + 1, count - 1).Fill(LineKind.Continuation);
                at += count;
                continue;
            }

            if (lines[at].In(text).IsWhiteSpace())
            {
                kinds[at++] = LineKind.Blank;
                continue;
            }

            var (kind, length) = Recognise(recognisers, text, lines, at);
            if (at < examples)
                length = Math.Min(length, examples - at);
            kinds.AsSpan(at, length).Fill(kind);
            // Two structures that touch stay two: the second line of one is a continuation.
            if (kind != LineKind.Prose)
                kinds.AsSpan(at + 1, length - 1).Fill(LineKind.Continuation);
            at += length;
        }

        return kinds;
    }

    private static (LineKind Kind, int Count) Recognise(LineRecogniser[] recognisers, ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int at)
    {
        foreach (var recogniser in recognisers)
        {
            var count = recogniser(text, lines, at);
            if (count > 0)
                return (recogniser == Heading.Lines ? LineKind.Heading : LineKind.Structure, count);
        }

        return (LineKind.Prose, 1);
    }
}
