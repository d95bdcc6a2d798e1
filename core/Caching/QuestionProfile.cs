namespace OrleansLlm.Core.Caching;

/// <summary>
/// What a question says that an embedding blurs: its numbers, negations, names and opposites. Read once per question and kept beside
/// it; comparing two profiles (<see cref="PairComparison"/>) needs no model.
/// </summary>
public sealed class QuestionProfile
{
    // A handful of foreign letters is a name or a formula; above this share the text is not one that the encoders were trained on.
    private const double ForeignShare = 0.2;

    private readonly string _text;

    private QuestionProfile(string text)
    {
        _text = text;
        Tokens = QuestionTokenizer.Read(text);
        Quantities = QuantityReader.Read(Tokens);
        Negations = Caching.Negations.Count(Tokens);
        Terms = Caching.Terms.Read(Tokens);
        IsContentFree = QuestionText.IsContentFree(Tokens);
        HasHiddenCharacters = text.Any(IsHidden);
        IsForeign = ShareOfForeignLetters(text) > ForeignShare;
        IsOtherLanguage = Languages.IsOther(Tokens);
        Symbols = QuestionSymbols.Read(text);

        var quantityTokens = Quantities.Select(q => q.Position).ToHashSet();
        var entities = EntityReader.Read(Tokens).ToHashSet();
        for (var i = 0; i < Tokens.Count; i++)
        {
            var token = Tokens[i];
            if (Places.Of(token, i > 0 ? Tokens[i - 1] : default) is { } place && PlaceNames.Add(place))
                PlacesInOrder.Add(place);
            if (token.Kind != TokenKind.Word || quantityTokens.Contains(i))
                continue;
            if (entities.Contains(i))
                Entities.Add(token);
            if (entities.Contains(i) || !Words.Function.Contains(token.Lower))
                Content.Add(token);
        }
    }

    /// <summary>True where the text is too thin to be matched by meaning; see <see cref="QuestionText.IsContentFree(string)"/>.</summary>
    public bool IsContentFree { get; }

    /// <summary>True where more than a fifth of the letters belong to a script other than Latin: the shipped models read English.</summary>
    public bool IsForeign { get; }

    /// <summary>True where the text is in Latin letters and not in English.</summary>
    public bool IsOtherLanguage { get; }

    /// <summary>True where the text holds format characters (direction overrides, zero-width and soft hyphens, tags), but for the joiner of emoji.</summary>
    public bool HasHiddenCharacters { get; }

    /// <summary>The form in which identical questions are equal; see <see cref="QuestionText.Normalize"/>.</summary>
    public string Normalized => field ??= QuestionText.Normalize(_text);

    internal List<QuestionToken> Tokens { get; }

    internal List<Quantity> Quantities { get; }

    /// <summary>See <see cref="QuestionSymbols"/>.</summary>
    internal string Symbols { get; }

    internal int Negations { get; }

    /// <summary>See <see cref="Caching.Persons"/>.</summary>
    internal string Persons => field ??= Caching.Persons.Read(Tokens);

    /// <summary>See <see cref="Caching.Quantifiers"/>.</summary>
    internal Dictionary<string, char> Quantifiers => field ??= Caching.Quantifiers.Read(Tokens);

    /// <summary>See <see cref="Modality"/>.</summary>
    internal string Modes => field ??= Modality.Read(Tokens);

    /// <summary>See <see cref="Caching.Relations"/>.</summary>
    internal Dictionary<string, string> Relations => field ??= Caching.Relations.Read(Tokens);

    /// <summary>See <see cref="Caching.Connectives"/>.</summary>
    internal string Connectives => field ??= Caching.Connectives.Read(Tokens);

    internal HashSet<string> Terms { get; }

    internal HashSet<string> PlaceNames { get; } = new(StringComparer.Ordinal);

    /// <summary>The same in the order in which they are first named.</summary>
    internal List<string> PlacesInOrder { get; } = [];

    /// <summary>The words that carry meaning, in order.</summary>
    internal List<QuestionToken> Content { get; } = [];

    /// <summary>The words that name something; a subset of <see cref="Content"/>.</summary>
    internal List<QuestionToken> Entities { get; } = [];

    /// <summary>Reads <paramref name="question"/> as the user wrote it.</summary>
    public static QuestionProfile Read(string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return new(question);
    }

    // Tags (U+E0000 ff.) come as surrogate pairs whose first half is U+DB40.
    private static bool IsHidden(char c) =>
        c is '\udb40' || (c is not ('\u200d' or '\ufeff') && char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format);

    private static double ShareOfForeignLetters(string text)
    {
        var letters = 0;
        var foreign = 0;
        foreach (var c in text)
        {
            if (!char.IsLetter(c))
                continue;
            letters++;
            if (QuestionSymbols.IsForeignLetter(c))
                foreign++;
        }

        return letters == 0 ? 0 : (double)foreign / letters;
    }
}
