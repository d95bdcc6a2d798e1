using System.Collections.Frozen;
using System.Globalization;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// Finds the numbers of a question: digits, number words, ordinals, Roman numerals, amounts with their unit or currency, percentages,
/// years, and the numbers of versions and codes ("v2", "iOS 17", "401k").
/// </summary>
internal static class QuantityReader
{
    private static readonly FrozenDictionary<string, int> Cardinals = Number(0,
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen");

    private static readonly FrozenDictionary<string, int> Tens = new Dictionary<string, int>
    {
        ["twenty"] = 20, ["thirty"] = 30, ["forty"] = 40, ["fifty"] = 50, ["sixty"] = 60, ["seventy"] = 70, ["eighty"] = 80, ["ninety"] = 90,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, int> Ordinals =
        Number(1, "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth");

    private static readonly FrozenDictionary<string, int> Roman = Number(2, "ii iii iv - vi vii viii ix");
    private static readonly FrozenSet<string> Loose = Words.Set("one once first second third zero half");

    public static List<Quantity> Read(IReadOnlyList<QuestionToken> tokens)
    {
        var found = new List<Quantity>();
        for (var i = 0; i < tokens.Count;)
            i += ReadAt(tokens, i, found);
        return found;
    }

    /// <summary>Appends the number at <paramref name="at"/>, if there is one, and says how many tokens to move on.</summary>
    private static int ReadAt(IReadOnlyList<QuestionToken> tokens, int at, List<Quantity> found)
    {
        var token = tokens[at];
        decimal value;
        var next = at + 1;
        var loose = false;
        if (token.Kind == TokenKind.Number)
        {
            if (!TryFigure(token.Surface, out value))
            {
                // Too long for a number, a dotted version, or one thing to some readers and another to others: compared as it is written.
                found.Add(new(token.Surface, null, false, NumberBounds.Of(tokens, at, at + 1), at));
                return 1;
            }
        }
        else if (!TryWord(tokens, at, out value, out next, out loose))
        {
            return 1;
        }

        var sign = at > 0 && tokens[at - 1].Kind == TokenKind.Sign ? Units.OfSign(tokens[at - 1].Surface[0]) : null;
        next = Scale(tokens, token, next, sign is not null, ref value);
        loose &= next == at + 1;
        var unit = sign ?? UnitAfter(tokens, next, out next);
        // Python 3.1 came eleven years before Python 3.10; of amounts 1.5 is 1.50.
        var isVersion = unit is null && next == at + 1 && token.Surface.Contains('.', StringComparison.Ordinal) && token.Surface[^1] == '0';
        found.Add(new(isVersion ? token.Surface : Plain(value), unit, loose && unit is null, NumberBounds.Of(tokens, at, next), at));
        return next - at;
    }

    // Commas part thousands (and, in India, hundreds above them) or begin the decimals; a point before three digits may be either, unless a zero leads.
    private static bool TryFigure(string text, out decimal value)
    {
        var plain = text;
        if (text.Contains(',', StringComparison.Ordinal))
        {
            var whole = text.Split('.')[0].TrimStart('-').Split(',');
            if (whole[0].Length is > 0 and <= 3 && whole[^1].Length == 3 && Array.TrueForAll(whole[1..^1], static g => g.Length is 2 or 3))
                plain = text.Replace(",", "", StringComparison.Ordinal);
            else if (whole.Length == 2 && !text.Contains('.', StringComparison.Ordinal))
                plain = text.Replace(',', '.');
            else
                return Not(out value);
        }
        else if (text.Split('.') is [var before, { Length: 3 }] && before.TrimStart('-') is { Length: <= 3 } and not "0")
        {
            return Not(out value);
        }

        return decimal.TryParse(plain, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

        static bool Not(out decimal value)
        {
            value = 0;
            return false;
        }
    }

    private static int Scale(IReadOnlyList<QuestionToken> tokens, QuestionToken first, int next, bool currency, ref decimal value)
    {
        // 401k is the name of a plan; its k scales nothing.
        if (next < tokens.Count && tokens[next].Glued && first.Surface is not "401" && (currency || !first.Glued)
            && Units.Suffix(tokens[next].Lower, currency) is { } suffix)
        {
            value *= suffix;
            next++;
        }

        while (next < tokens.Count && Units.Magnitude(tokens[next].Stem) is { } factor && Math.Abs(value) < 1_000_000_000_000)
        {
            value *= factor;
            next++;
        }

        return next;
    }

    private static string? UnitAfter(IReadOnlyList<QuestionToken> tokens, int at, out int next)
    {
        next = at;
        if (at >= tokens.Count)
            return null;
        if (tokens[at].Kind == TokenKind.Sign)
        {
            next = at + 1;
            return Units.OfSign(tokens[at].Surface[0]);
        }

        // One adjective may stand between: "3 business days", "10 US dollars".
        if (Units.OfWord(tokens[at]) is { } unit)
        {
            next = at + 1;
            return unit;
        }

        return at + 1 < tokens.Count && tokens[at].Kind == TokenKind.Word && tokens[at].Lower is "business" or "working" or "calendar" or "us" or "american"
            ? Units.OfWord(tokens[at + 1])
            : null;
    }

    private static bool TryWord(IReadOnlyList<QuestionToken> tokens, int at, out decimal value, out int next, out bool loose)
    {
        var word = tokens[at].Lower;
        next = at + 1;
        loose = Loose.Contains(word);
        value = 0;
        if (Cardinals.TryGetValue(word, out var cardinal))
        {
            value = cardinal;
            if (cardinal > 0 && IsFraction(tokens, next, cardinal > 1, out var parts))
            {
                value /= parts;
                loose = false;
                next++;
            }

            return true;
        }

        if (Tens.TryGetValue(word, out var tens))
        {
            value = tens;
            if (next < tokens.Count && (Cardinals.TryGetValue(tokens[next].Lower, out var units) || Ordinals.TryGetValue(tokens[next].Lower, out units))
                && units is > 0 and < 10)
            {
                value += units;
                next++;
            }

            return true;
        }

        // "a third of the cup", and not "the third of the cups".
        if (at > 0 && tokens[at - 1].Lower is "a" && IsFraction(tokens, at, false, out var share))
        {
            value = 1m / share;
            loose = false;
            return true;
        }

        // "a hundred", "a million": the bare word is the number.
        if (Units.Magnitude(tokens[at].Stem) is not null && at > 0 && tokens[at - 1].Lower is "a" or "per")
        {
            value = 1;
            next = at;
            return true;
        }

        if (Ordinals.TryGetValue(word, out var ordinal) || (Roman.TryGetValue(word, out ordinal) && ordinal > 1))
        {
            // "seconds" is a unit, never the ordinal; the singular after a number never comes here (UnitAfter took it).
            value = ordinal;
            return true;
        }

        if (word is "once" or "twice")
        {
            value = word is "once" ? 1 : 2;
            return true;
        }

        if (word is "half")
        {
            value = 0.5m;
            return true;
        }

        return word is "dozen" && (value = 12) > 0;
    }

    // "a third of it", "two thirds"; the fourth of July is a day.
    private static bool IsFraction(IReadOnlyList<QuestionToken> tokens, int at, bool plural, out int parts)
    {
        parts = 0;
        if (at >= tokens.Count || tokens[at].Stem == tokens[at].Lower == plural)
            return false;
        if (tokens[at].Stem is "quarter")
            parts = 4;
        else if (!Ordinals.TryGetValue(tokens[at].Stem, out parts) || parts < 3)
            return false;
        return plural || (at + 1 < tokens.Count && tokens[at + 1].Lower is "of" && !(at + 2 < tokens.Count && tokens[at + 2].Lower is "july"));
    }

    private static string Plain(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    private static FrozenDictionary<string, int> Number(int first, string words) =>
        words.Split(' ').Select((word, i) => KeyValuePair.Create(word, first + i)).ToFrozenDictionary(StringComparer.Ordinal);
}
