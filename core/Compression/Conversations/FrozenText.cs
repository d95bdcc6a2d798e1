using OrleansLlm.Core.Compression.Structure;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>A document that was compressed when its turn was the last.</summary>
/// <param name="MessageIndex">Which message it stands in.</param>
/// <param name="Part">Which text part of that.</param>
/// <param name="Start">UTF-16 offset in the part's text.</param>
/// <param name="Original">The document.</param>
/// <param name="Result">What became of it.</param>
public sealed record FrozenText(int MessageIndex, int Part, int Start, string Original, CompressionResult Result)
{
    private LeftOutSentence[]? _leftOut;

    /// <summary>What the tag around the document says of it ("document name=\"2024\""); empty where it has none.</summary>
    internal string Label { get; init; } = string.Empty;

    /// <summary>The sentences and records that were left out, in order, each with the headings that it stands under: without them nobody could tell whose it is.</summary>
    internal IReadOnlyList<LeftOutSentence> LeftOut() => _leftOut ??= [.. Read(new HeadingPath(Original, Label))];

    private IEnumerable<LeftOutSentence> Read(HeadingPath headings) =>
        from span in Result.Removed
        where span.Kind is RemovedKind.Sentence or RemovedKind.Record
        let text = Original.Substring(span.Start, span.Length).Trim()
        let sentence = (span.Kind == RemovedKind.Record ? text.TrimEnd(',') : text).ReplaceLineEndings(" ")
        where sentence.Any(char.IsLetterOrDigit)
        select new LeftOutSentence(sentence, headings.Over(span.Start));
}
