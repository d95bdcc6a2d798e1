using System.Collections.Frozen;

namespace OrleansLlm.Core.Compression.Structure;

/// <summary>Tags that hold instructions or worked examples for the model, by the words of their names: <c>&lt;rules&gt;</c>, <c>&lt;answer_guidelines&gt;</c>, <c>&lt;few-shot-examples&gt;</c>.</summary>
internal static class InstructionTag
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words = (
        "rules rule guidelines guideline guide constraints constraint requirements persona role system prompt style tone format behavior behaviour "
        + "instructions instruction examples example shots shot").Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase)
        .GetAlternateLookup<ReadOnlySpan<char>>();

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
