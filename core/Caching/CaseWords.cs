using System.Collections.Frozen;

namespace OrleansLlm.Core.Caching;

/// <summary>Words whose meaning hangs on their case. The encoders are lower-case models and cannot see the difference.</summary>
internal static class CaseWords
{
    // Capitals against a common lower-case word: the country and the pronoun, the agency and the pronoun.
    private static readonly FrozenSet<string> Acronyms = Words.Set(
        "US IT WHO AIDS PIN CD OR IN ME AM IRA ACE CAP CARE SALT SAR TIN SIM ART SAT ACT MAC CAN LED POS ADD RAM ROOT FIT AS ALL");

    // A capital inside a sentence against a common lower-case word: the firm and the plan to pursue, the card brand and the permit.
    private static readonly FrozenSet<string> Names = Words.Set(
        "May March Polish Turkey Apple China Java Swift Rust Ruby Windows Word Excel Target Chase Square Stripe Visa Discover Mark Bill "
        + "Jobs Gates Python Go Oracle Shell Gap Amazon Mint Robin Ally Wise Affirm Plaid Mercury Reading Nice Bath Job Earth Mars Access "
        + "Outlook Teams Slack Zoom Signal Edge Safari Chrome Spring Flash Eclipse Meta Alphabet Intel Sprint Orange Delta United Ford Lent");

    private static readonly FrozenSet<string> LoweredAcronyms = Words.Lowered(Acronyms);
    private static readonly FrozenSet<string> LoweredNames = Words.Lowered(Names);

    /// <summary>True where the word as written differs in meaning from the same letters in lower case.</summary>
    public static bool CarriesMeaning(string word) => Acronyms.Contains(word) || Names.Contains(word);

    /// <summary>True for a lower-case word that is another word when it is capitalised.</summary>
    public static bool HasCapitalTwin(string word) => LoweredAcronyms.Contains(word) || LoweredNames.Contains(word);
}
