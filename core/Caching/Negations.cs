using System.Collections.Frozen;

namespace OrleansLlm.Core.Caching;

/// <summary>Words that turn a statement round.</summary>
internal static class Negations
{
    private static readonly FrozenSet<string> Markers = Words.Set(
        "not no never none nobody nothing nowhere neither nor without cannot cant dont doesnt didnt wont wouldnt shouldnt couldnt isnt arent "
        + "wasnt werent havent hasnt hadnt non unable unless except excluding lack lacks lacking");

    /// <summary>How many negations stand in the question; their parity is what is compared.</summary>
    public static int Count(IReadOnlyList<QuestionToken> tokens)
    {
        var count = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            var word = tokens[i].Lower;

            // "why not", "whether or not" and "No. 5" negate nothing.
            if (word is "not" && i > 0 && tokens[i - 1].Lower is "or" or "why" or "whether")
                continue;
            if (word is "no" && i + 1 < tokens.Count && tokens[i + 1].Kind == TokenKind.Number)
                continue;
            if (IsMarker(word) || IsException(tokens, i))
                count++;
        }

        return count;
    }

    // As "except" is one.
    private static bool IsException(IReadOnlyList<QuestionToken> tokens, int at) => tokens[at].Lower switch
    {
        "from" => at > 0 && tokens[at - 1].Lower is "apart" or "aside",
        "but" => at > 0 && tokens[at - 1].Lower is "all" or "everything" or "anything" or "nothing",
        _ => false,
    };

    /// <summary>Whether a lower-case word is one.</summary>
    public static bool IsMarker(string word) => Markers.Contains(word) || word.EndsWith("n't", StringComparison.Ordinal);
}
