namespace OrleansLlm.Core.Compression;

/// <summary>The white space between two units, and which of it carries meaning.</summary>
internal static class Gap
{
    /// <summary>Line breaks in <paramref name="gap"/>; <c>\r\n</c> is one.</summary>
    public static int LineBreaks(ReadOnlySpan<char> gap)
    {
        var count = 0;
        for (var i = 0; i < gap.Length; i++)
        {
            if (gap[i] == '\n' || (gap[i] == '\r' && (i + 1 >= gap.Length || gap[i + 1] != '\n')))
                count++;
        }

        return count;
    }

    /// <summary>The parts of context[start..end] to write: the first two line breaks, or where there is none the first character.</summary>
    public static IEnumerable<(int Start, int End)> Kept(string context, int start, int end)
    {
        var breaks = 0;
        for (var i = start; i < end && breaks < 2; i++)
        {
            if (context[i] is not ('\n' or '\r'))
                continue;
            var length = context[i] == '\r' && i + 1 < end && context[i + 1] == '\n' ? 2 : 1;
            yield return (i, i + length);
            i += length - 1;
            breaks++;
        }

        if (breaks == 0 && start < end)
            yield return (start, start + 1);
    }

    /// <summary>Where the indentation before <paramref name="end"/> begins, or <paramref name="end"/> where no line begins in the gap.</summary>
    public static int Indentation(string context, int start, int end)
    {
        for (var i = end; i > start; i--)
        {
            if (context[i - 1] is '\n' or '\r')
                return i;
        }

        return end;
    }
}
