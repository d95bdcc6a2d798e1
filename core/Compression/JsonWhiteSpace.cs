using System.Text;
using System.Text.Json;

namespace OrleansLlm.Core.Compression;

/// <summary>White space in JSON that means nothing: pretty-printed data cost up to twice the tokens of the same data on one line.</summary>
internal static class JsonWhiteSpace
{
    // Less indentation than this is not worth a changed block.
    private const int FewestLines = 3;

    // Comments and trailing commas are not JSON, and numbers and names keep their spelling: nothing is parsed and written again.
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 128 };

    /// <summary>The stretches that may go of <paramref name="units"/> that are one JSON value each, in order.</summary>
    public static List<(int Start, int End)> Find(string context, ReadOnlySpan<ContextUnit> units)
    {
        var cuts = new List<(int, int)>();
        foreach (var unit in units)
        {
            if (unit.Kind != UnitKind.Structure)
                continue;
            var text = context.AsSpan(unit.Start, unit.Length);
            if (text.Trim() is ['{', .., '}'] or ['[', .., ']'] && text.Count('\n') + 1 >= FewestLines && IsJson(text))
                Add(context, unit.Start, unit.End, cuts);
        }

        return cuts;
    }

    private static bool IsJson(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        var reader = new Utf8JsonReader(bytes.AsSpan(0, length), Strict);
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Add(string context, int start, int end, List<(int, int)> cuts)
    {
        var inString = false;
        for (var i = start; i < end; i++)
        {
            var c = context[i];
            if (inString)
            {
                if (c == '\\')
                    i++;
                else if (c == '"')
                    inString = false;
            }
            else if (c == '"')
            {
                inString = true;
            }
            else if (c is ' ' or '\t' or '\n' or '\r')
            {
                var from = i;
                while (i + 1 < end && context[i + 1] is ' ' or '\t' or '\n' or '\r')
                    i++;
                cuts.Add((from, i + 1));
            }
        }
    }
}
