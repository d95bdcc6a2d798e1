using System.Text;
using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Routing;

/// <summary>Tells texts that the router was not trained to read: another script, or the small words of another language.</summary>
public static partial class EnglishText
{
    private const int Read = 2000;
    private const double ForeignShare = 0.2;

    // The commonest small words of each language that English does not have.
    private static readonly HashSet<string> English = Set(
        "the of and to in is what how who which where when why that it for on with as are was does do did can you my this from by an be at or not have has will would should please i");

    private static readonly HashSet<string> Other = Set(
        // Spanish, Portuguese
        "el los las que qué una para cómo cuál cuáles dónde cuándo quién está es del por y su una um uma não onde qual quem como são está pelo",
        // French
        "le les des est une dans pour avec quel quelle quels quelles comment où qui qu'est-ce sont aux du et je vous mon ma",
        // German, Dutch
        "de van der das und ist wie wer ein eine nicht mit für von welche welcher welches wann warum ich mein meine het een wat hoe waar wie niet met voor zijn ik mijn",
        // Italian
        "il lo gli che una con quale quali dove quando chi sono della di perché è mio mia",
        // Polish, Czech, Hungarian
        "jest nie jak jaka jaki jakie kto gdzie kiedy czy się w na je jaký jaké jaká kdo kde kdy proč není mi az hány hol mikor miért és hogy",
        // Swedish, Danish, Finnish, Turkish, Indonesian
        "och att det som vad heter hur är inte og hvad hvor hvem hedder ikke mikä missä kuka milloin ja ve bir bu nedir nasıl neresi ne için kaç apa siapa dimana kapan bagaimana yang adalah dari");

    /// <summary>False where the text is clearly not English; true for English and for what is too short to tell.</summary>
    public static bool IsLikely(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var read = text.Length <= Read ? text : text[..Read];
        int letters = 0, foreign = 0;
        foreach (var rune in read.EnumerateRunes())
        {
            if (!Rune.IsLetter(rune))
                continue;
            letters++;
            // Latin and its extensions end at U+024F; beyond them only U+1E00..U+1EFF are Latin.
            if (rune.Value > 0x24F && rune.Value is not (>= 0x1E00 and <= 0x1EFF))
                foreign++;
        }

        if (foreign > ForeignShare * letters)
            return false;
        int english = 0, other = 0;
        foreach (var match in Word().EnumerateMatches(read))
        {
            var word = read.Substring(match.Index, match.Length).ToLowerInvariant();
            if (English.Contains(word))
                english++;
            else if (Other.Contains(word))
                other++;
        }

        // One word may be a name's ("Who wrote Les Misérables?"), but not where no English word stands beside it.
        return other <= english || (other < 2 && english > 0);
    }

    private static HashSet<string> Set(params string[] lists) => lists.SelectMany(l => l.Split(' ')).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"[\p{L}'-]+")]
    private static partial Regex Word();
}
