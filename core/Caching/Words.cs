using System.Collections.Frozen;

namespace OrleansLlm.Core.Caching;

/// <summary>Word lists and the light stemmer that matching words across two questions needs.</summary>
internal static class Words
{
    /// <summary>Function words: they carry the shape of a question, not its subject.</summary>
    public static readonly FrozenSet<string> Function = Set(
        "a an the this that these those there here it its they them their he him his she her hers we us our you your yours i me my mine "
        + "myself yourself itself one ones someone somebody anyone anybody everyone everybody something anything everything "
        + "is are was were be been being am do does did doing done have has had having can could will would shall should may might must "
        + "of in on at to from by for with as into onto about over under after before between through during than then and or but if so "
        + "because while until what which who whom whose when where why how not no nor n't s 's 'm 're 've 'll 'd m re ve ll d t "
        + "just also too very really quite some any all each every both other another such same own more most much many "
        + "please exactly actually currently still ever yet only even like get got getting let lets up out off down again via per "
        + "possible best good way ways");

    /// <summary>Words that lean on the conversation before them, or only keep it going.</summary>
    public static readonly FrozenSet<string> Conversational = Set(
        "yes yeah yep yup no nope ok okay k sure thanks thank thx ty hi hello hey bye goodbye please great cool nice perfect awesome right "
        + "wrong correct fine good continue go going proceed next previous tell more again explain elaborate say said mean means repeat rephrase "
        + "summarize summarise shorten expand shorter longer simpler detail details detailed example examples answer question that this it "
        + "sorry wait stop done help try retry else other another same above below last first one two second option step point make give show "
        + "now do done keep on why how what and so then but also rewrite fix redo better further bit little sounds got understood agreed");

    public static FrozenSet<string> Set(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The row in which each word stands: words of one row mean the same.</summary>
    public static FrozenDictionary<string, int> Rows(params string[] rows) =>
        rows.SelectMany(static (row, i) => row.Split(' ').Select(word => KeyValuePair.Create(word, i))).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Folds the regular inflections of a lower-case word (plural, -ed, -ing). Deliberately weaker than Porter's stemmer:
    /// two words with one stem are taken for the same word, and "general" is not "generation".
    /// </summary>
    public static string Stem(string word)
    {
        if (word.Length < 4 || !char.IsAsciiLetterLower(word[0]))
            return word;
        var stem = word;
        if (stem.EndsWith("ies", StringComparison.Ordinal) && stem.Length > 4)
            return stem[..^3] + "y";
        if (stem.EndsWith("sses", StringComparison.Ordinal) || stem.EndsWith("xes", StringComparison.Ordinal)
            || stem.EndsWith("ches", StringComparison.Ordinal) || stem.EndsWith("shes", StringComparison.Ordinal))
            stem = stem[..^2];
        else if (stem[^1] == 's' && stem[^2] is not ('s' or 'u' or 'i'))
            stem = stem[..^1];
        if (stem.EndsWith("ing", StringComparison.Ordinal) && stem.Length > 5)
            stem = Undouble(stem[..^3]);
        else if (stem.EndsWith("ied", StringComparison.Ordinal) && stem.Length > 4)
            stem = stem[..^3] + "y";
        else if (stem.EndsWith("ed", StringComparison.Ordinal) && stem.Length > 4 && stem[^3] != 'e')
            stem = Undouble(stem[..^2]);
        return stem.Length > 3 && stem[^1] == 'e' ? stem[..^1] : stem;
    }

    // "running" -> "run", but "selling" -> "sell": doubled l, s and z belong to the word.
    private static string Undouble(string stem) =>
        stem.Length > 3 && stem[^1] == stem[^2] && stem[^1] is not ('l' or 's' or 'z') ? stem[..^1] : stem;
}
