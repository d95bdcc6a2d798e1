namespace OrleansLlm.Core.Caching;

/// <summary>
/// Why two questions are never one, whatever the models say. The names are a public contract: they stand in <c>/v1/explain</c> and in
/// metrics. Members may be added, never renamed.
/// </summary>
public enum MatchGuardReason
{
    /// <summary>No rule forbids the match; the score decides.</summary>
    None,

    /// <summary>One text is too thin to be matched by meaning ("continue", "yes").</summary>
    ContentFree,

    /// <summary>One text is in a script or a language that the shipped models do not read.</summary>
    LanguageUnsupported,

    /// <summary>One text holds characters that steer its display or are not seen at all: what a reader sees is not what a model reads.</summary>
    HiddenCharacters,

    /// <summary>A word differs in case where case is meaning ("US" and "us").</summary>
    CaseDiffers,

    /// <summary>A number, year, amount or version stands in one question and not in the other.</summary>
    NumbersDiffer,

    /// <summary>The numbers are equal and their units or currencies are not.</summary>
    UnitsDiffer,

    /// <summary>One side says the opposite of the other, or another kind of one thing ("enable" / "disable", "checking" / "savings").</summary>
    OppositesDiffer,

    /// <summary>One side is negated, in otherwise equal questions.</summary>
    NegationDiffers,

    /// <summary>The sides name different things.</summary>
    EntitiesDiffer,

    /// <summary>The same sentence but for one word ("the parents of" / "the siblings of"): a synonym or another thing, and the models cannot tell. Also words that only look alike, and how many, how certainly or when it is said of.</summary>
    WordDiffers,

    /// <summary>The same names or numbers in another order, or things that changed their roles ("from USD to EUR", "from EUR to USD").</summary>
    OrderDiffers,

    /// <summary>Operators, fractions, emoji, letters of another script or the indentation of code differ: the models cannot read them.</summary>
    SymbolsDiffer,

    /// <summary>Together the texts are longer than the models read, and what these cut off they cannot tell apart. Found where the models are, not by the words.</summary>
    PairTooLong,
}
