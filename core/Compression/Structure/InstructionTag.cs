using System.Collections.Frozen;

namespace OrleansLlm.Core.Compression.Structure;

/// <summary>Tags that hold instructions or worked examples for the model, by the words of their names: <c>&lt;rules&gt;</c>, <c>&lt;answer_guidelines&gt;</c>, <c>&lt;few-shot-examples&gt;</c>.</summary>
internal static class InstructionTag
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words = (
        "rules rule guidelines guideline guide constraints constraint requirements persona role system prompt style tone format behavior behaviour "
        + "instructions instruction examples example shots shot").Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    // Before a colon also these; tags of such names hold documents.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Labels =
        "language length output audience note notes important reminder sprache ausgabe hinweis langue sortie idioma salida".Split(' ')
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private const int LongestLabel = 40;

    /// <summary>Whether <paramref name="line"/> is a heading or begins with a label that says the same: <c>### Rules</c>, <c>Output format: JSON</c>.</summary>
    public static bool IsLabel(ReadOnlySpan<char> line)
    {
        var colon = line.IndexOf(':');
        var label = line[..(colon < 0 ? line.Length : colon)];
        if (label.Length > LongestLabel || (colon < 0 && line is not (['#', ..] or ['*', '*', .., '*', '*'])))
            return false;
        label = label.Trim("#* \t");
        foreach (var word in label.Split(' '))
        {
            if (Words.Contains(label[word]) || (colon >= 0 && Labels.Contains(label[word])))
                return true;
        }

        return false;
    }

    /// <summary>Whether <paramref name="name"/> is the name of one.</summary>
    public static bool Is(ReadOnlySpan<char> name)
    {
        foreach (var word in name.SplitAny('_', '-', '.'))
        {
            if (Words.Contains(name[word]))
                return true;
        }

        return false;
    }
}
