using System.Collections.Frozen;

namespace OrleansLlm.Core.Compression.Records;

/// <summary>
/// Questions that every record may have a part in: counts, sums, extremes, lists, comparisons, what is not there. Told by single words, and
/// rather once too often: a table that stays whole costs tokens, a count over half of it is wrong without anybody noticing.
/// </summary>
internal static class SetQuestions
{
    private static readonly FrozenSet<ulong> Words = TermReader.Ids(
        """
        many much few fewer count number total sum add overall altogether together average mean median percentage percent proportion share ratio
        distribution trend range all every each everyone everything both list enumerate any anything anyone some none most least more less
        highest lowest largest smallest biggest longest shortest greatest best worst cheapest maximum minimum max min top bottom first last latest
        newest oldest earliest recent next previous other another others rest remaining compare comparison versus vs between difference differ
        rank sort group per distinct unique different same duplicate duplicates above below over under than exceed except besides without no not
        never missing only ever are were have do these those them their
        alle viele viel wieviel wieviele jede jeder jedes summe anzahl gesamt durchschnitt liste welche kein keine nicht
        tous toutes tout combien chaque moyenne somme quels quelles pas aucun todos todas cuantos cuantas cuanto cada promedio suma lista cuales
        ninguno tutti tutte quanti quante ogni media somma quali nessuno hoeveel elke ieder alles quantos quantas
        """);

    /// <summary>Whether <paramref name="question"/> may be one.</summary>
    public static bool MayBe(string question)
    {
        var reader = new TermReader(question);
        while (reader.MoveNext())
        {
            if (Words.Contains(reader.Current.Id))
                return true;
        }

        return false;
    }
}
