namespace OrleansLlm.Core.Caching;

/// <summary>
/// Whether something must, should or may be, and whether it was, is or will be. Function words again, and the answer hangs on them: "which vaccines
/// must my child have" has another answer than "should".
/// </summary>
internal static class Modality
{
    private static readonly Dictionary<string, char> s_modes = new(StringComparer.Ordinal)
    {
        ["must"] = 'm', ["required"] = 'm', ["obliged"] = 'm', ["obligated"] = 'm', ["mandatory"] = 'm',
        ["can"] = 'c', ["could"] = 'c', ["may"] = 'c', ["might"] = 'c', ["allowed"] = 'c', ["permitted"] = 'c',
        ["should"] = 's', ["ought"] = 's',
    };

    // Forms of "be" and "have" stand for more than a time: "what was your worst day" is "what is your worst day".
    private static readonly Dictionary<string, char> s_times = new(StringComparer.Ordinal)
    {
        ["did"] = '<', ["do"] = '=', ["does"] = '=', ["will"] = '>', ["shall"] = '>',
    };

    /// <summary>Whether one question says "must" and the other "may" or "should"; or both begin with a mode, and not with the same.</summary>
    public static bool Differ(QuestionProfile a, QuestionProfile b) =>
        a.Modes.Length > 0 && b.Modes.Length > 0
        && ((!a.Modes.AsSpan().ContainsAny(b.Modes) && (a.Modes.Contains('m', StringComparison.Ordinal) || b.Modes.Contains('m', StringComparison.Ordinal)))
            || (First(a) is { } first && First(b) is { } other && first != other));

    /// <summary>Whether one of otherwise equal questions speaks of the past and the other does not. What is now and what will be are often one.</summary>
    public static bool TimesDiffer(QuestionProfile a, QuestionProfile b) => Time(a) is { } time && Time(b) is { } other && time != other && (time == '<' || other == '<');

    /// <summary>Whether one of them alone speaks of what used to be.</summary>
    public static bool HabitsDiffer(QuestionProfile a, QuestionProfile b) => UsedTo(a) != UsedTo(b);

    // "I used to smoke", and not "I am used to it", nor what "is used to open cans".
    private static bool UsedTo(QuestionProfile profile)
    {
        var tokens = profile.Tokens;
        var at = tokens.FindIndex(static t => t.Lower is "used");
        return at > 0 && at + 1 < tokens.Count && tokens[at + 1].Lower is "to" && tokens[at - 1].Lower is "i" or "we" or "you" or "he" or "she" or "they" or "who" or "that";
    }

    /// <summary>The modes that are spoken of, a letter each.</summary>
    public static string Read(List<QuestionToken> tokens)
    {
        var found = string.Empty;
        foreach (var token in tokens)
        {
            if (ModeOf(token.Lower) is { } mode && !found.Contains(mode, StringComparison.Ordinal))
                found += mode;
        }

        return found;
    }

    // "How can I" and "how should I" ask for the same; "can I" and "should I" do not.
    private static char? First(QuestionProfile profile) => profile.Tokens.Count > 0 ? ModeOf(profile.Tokens[0].Lower) : null;

    // "mustn't", "can't", "cannot"
    private static char? ModeOf(string word)
    {
        var stem = word is "can't" or "cannot" ? "can" : WithoutNot(word);
        return s_modes.TryGetValue(stem, out var mode) ? mode : null;
    }

    private static string WithoutNot(string word) => word.EndsWith("n't", StringComparison.Ordinal) ? word[..^3] : word;

    // The first auxiliary is the question's own; those of its clauses follow.
    private static char? Time(QuestionProfile profile)
    {
        foreach (var token in profile.Tokens)
        {
            if (s_times.TryGetValue(WithoutNot(token.Lower), out var time))
                return time;
        }

        return null;
    }
}
