using System.Collections.Frozen;

namespace OrleansLlm.Core.Compression.Structure;

/// <summary>
/// Worked examples in a prompt: <c>Question: … Answer: …</c>, <c>Input: … Output: …</c>, over and over. What makes an example one is
/// its label, its steps and its numbers together; no sentence of it is "needed by the question", and none may go.
/// </summary>
internal static class FewShotExamples
{
    private const int LongestLabel = 16;
    private const int FewestExamples = 2;

    // "Question 3:", "Example #4:".
    private static readonly string NumberMarks = " #.0123456789";

    // Alone they say that an example begins, as in "Question: …\nLet's think step by step".
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Openers = Labels("question q problem exercise");

    // These also stand in other texts: only with an answer's label after each.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Inputs =
        Labels("example input review text sentence query premise utterance instruction prompt user human passage tweet message source english");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Outputs =
        Labels("output answer a label sentiment response class category intent translation completion assistant solution hypothesis target");

    /// <summary>The lines that examples cover, from the first label on; empty where there are none.</summary>
    public static Range Find(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines)
    {
        var first = -1;
        var openers = 0;
        var pairs = 0;
        var last = -1;
        var firstInput = -1;
        var awaitsOutput = false;
        Span<char> lower = stackalloc char[LongestLabel];
        for (var at = 0; at < lines.Length; at++)
        {
            var label = Label(lines[at].In(text), lower);
            if (label.IsEmpty)
                continue;
            if (Openers.Contains(label))
            {
                first = first < 0 ? at : first;
                openers++;
                last = at;
            }
            else if (Inputs.Contains(label))
            {
                firstInput = firstInput < 0 ? at : firstInput;
                awaitsOutput = true;
            }
            else if (Outputs.Contains(label))
            {
                pairs += awaitsOutput ? 1 : 0;
                awaitsOutput = false;
                last = at;
            }
        }

        if (pairs >= FewestExamples)
            first = first < 0 ? firstInput : Math.Min(first, firstInput);
        else if (openers < FewestExamples)
            return default;
        return first..End(text, lines, last);
    }

    /// <summary>The last example goes on to the next heading: where its answer ends, nothing tells.</summary>
    private static int End(ReadOnlySpan<char> text, ReadOnlySpan<TextLine> lines, int last)
    {
        for (var at = last + 1; at < lines.Length; at++)
        {
            if (!lines[at].In(text).IsWhiteSpace() && Heading.IsExplicit(lines[at].In(text).Trim()))
                return at;
        }

        return lines.Length;
    }

    private static ReadOnlySpan<char> Label(ReadOnlySpan<char> line, Span<char> lower)
    {
        line = line.TrimStart(" \t#*>-");
        var colon = line.IndexOf(':');
        if (colon is < 1 or > LongestLabel)
            return [];
        var name = line[..colon].Trim('*').TrimEnd(NumberMarks);
        return lower[..name.ToLowerInvariant(lower)];
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Labels(string labels) =>
        labels.Split(' ').ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
