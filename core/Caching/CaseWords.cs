using System.Collections.Frozen;

namespace OrleansLlm.Core.Caching;

/// <summary>Words whose meaning hangs on their case. The encoders are lower-case models and cannot see the difference.</summary>
internal static class CaseWords
{
    // Capitals against a common lower-case word: the country and the pronoun, the agency and the pronoun.
    private static readonly FrozenSet<string> Acronyms = Words.Set(
        "US IT WHO AIDS PIN CD OR IN ME AM IRA ACE CAP CARE SALT SAR TIN SIM ART SAT ACT MAC CAN LED POS ADD RAM ROOT FIT AS ALL");

    // A capital inside a sentence against a common lower-case word: the firm and the plan to pursue, the card brand and the permit.
    // Names that everybody also writes small ("python", "windows") are not here.
    private static readonly FrozenSet<string> Names = Words.Set(
        "May March Polish Turkey Apple Swift Rust Go Word Target Chase Square Stripe Visa Discover Mark Bill Jobs Gates Shell Gap Mint "
        + "Ally Wise Affirm Mercury Reading Nice Bath Job Earth Mars Access Teams Signal Edge Spring Flash Sprint Orange Lent");

    private static readonly FrozenSet<string> BeforeNoPronoun = Words.Set(
        "does is of the a an with for by at letter command key register flag option switch mode variable matrix vitamin type class group drive column row axis");

    // What has a letter for its name, and another one for the capital.
    private static readonly FrozenSet<string> NamedByLetter = Words.Set("command key keys register flag option switch mode letter modifier specifier variable");

    /// <summary>True for words that a letter beside them names, in its case: "the O key" is not "the o key".</summary>
    public static bool AreNamedByLetter(string lower) => NamedByLetter.Contains(lower);

    /// <summary>True for words that no "I" follows as a pronoun: there it is a letter.</summary>
    public static bool NeverBeforePronoun(string lower) => BeforeNoPronoun.Contains(lower);

    /// <summary>True where the word as written differs in meaning from the same letters in lower case.</summary>
    public static bool CarriesMeaning(string word) => Acronyms.Contains(word) || Names.Contains(word);
}
