using System.Collections.Frozen;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Whether a text in Latin letters is English, told by its function words, as language identification does for short texts. The shipped models and the rules
/// read English: of other languages they see words alike and miss the "nicht".
/// </summary>
internal static class Languages
{
    private const int Enough = 2;

    // The commonest articles, pronouns, prepositions, auxiliaries, question words and negations of the languages most written in Latin letters, without those that are English words too.
    private static readonly FrozenSet<string> Others = Words.Set(
        "der das dem des ein eine einen einem einer und oder ist sind nicht kein keine keinen mit für auf aus von zum zur im wie wer wem wen wo wann warum welche welcher welches kann ich du "
        + "wir mein meine meinen muss darf "
        + "le la les une du de et est sont ne pas que qui dans pour avec sur quel quelle quels quelles comment pourquoi je tu il elle nous vous ma mes ce cette puis peut dois aux "
        + "el los las una unos y que qué quién cómo cuándo dónde cuánto cuál por para sin del al mi su se puedo puede hay más nunca está son "
        + "os um uma não quem como quando onde com sem da dos das na meu minha posso pode quais qual são é e o "
        + "lo gli sono non che chi cosa quali quale della di nel mio mia può "
        + "het een en zijn niet geen voor van naar hoe wie waar wanneer waarom welke ik mijn je wat mag moet "
        + "och att det ett är inte ikke hur hvordan vilka hvilke hvilken på till til av af jag jeg er "
        + "w na nie jest są jak co czy kto gdzie które który mogę się jsou nejsou které "
        + "yang dan dari untuk dengan tidak apa bagaimana saya ini itu adalah "
        + "ve bir bu için nasıl değil hangi mi "
        + "mitä miten voi ei ja että hogyan nem van és egy az không là của và có được").Except(Words.Function).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether more of its function words are another language's than English.</summary>
    public static bool IsOther(List<QuestionToken> tokens)
    {
        var (english, other) = (0, 0);
        foreach (var token in tokens)
        {
            if (token.Kind != TokenKind.Word)
                continue;
            // What is quoted, or named by a capital inside the sentence ("Los Angeles"), is spoken of and not spoken.
            if (Words.Function.Contains(token.Lower))
                english++;
            else if (!token.Quoted && (token.SentenceStart || !char.IsUpper(token.Surface[0])) && IsOther(token.Lower))
                other++;
        }

        return other >= Enough && other >= english;
    }

    // "n'ont", "d'un", "l'eau": English elides at the end of a word.
    private static bool IsOther(string word) => Others.Contains(word) || (word.Length > 3 && word[1] == '\'' && word[0] is 'n' or 'l' or 'd' or 'j' or 'c' or 's');
}
