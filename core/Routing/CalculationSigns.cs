using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Routing;

/// <summary>Signs that an answer must be computed from numbers that the question gives, in more than a step that everyone does in the head.</summary>
internal static partial class CalculationSigns
{
    private const int LargestTerm = 99;
    private const int LargestFactor = 12;

    /// <summary>Whether a text asks for a calculation.</summary>
    public static bool AreIn(string text)
    {
        var operations = Operation().Matches(text);
        var given = Quantities.In(text);
        if (operations.Count > 0 && (operations.Count > 1 || !IsTrivial(operations[0])))
            return true;
        // Nothing but its two terms.
        if (operations.Count == 1 && given.All == 2)
            return false;
        if (given.All + given.Years == 0)
            return Counting().IsMatch(text);
        return IsArithmetic(text, given) || IsCalendar(text, given) || IsConversion(text, given) || Counting().IsMatch(text);
    }

    private static bool IsArithmetic(string text, Quantities given)
    {
        if (given.Numbers > 0 && (Function().IsMatch(text) || Chance().IsMatch(text)))
            return true;
        if (given.Numbers + given.Ratios + given.Words < 2)
            return false;
        // Numbers in words alone are counted things as often ("How many wheels do two bicycles share?").
        return ((given.Percentages > 0 || Percent().IsMatch(text)) && given.Numbers + given.Ratios > 1)
            || (given.Numbers > 0 && (HowMuch().IsMatch(text) || (given.Numbers > 1 && Aggregate().IsMatch(text))))
            || (given.Words > 1 && Story().IsMatch(text) && HowMuch().IsMatch(text));
    }

    private static bool IsCalendar(string text, Quantities given) =>
        (given.Days > 0 && Weekday().IsMatch(text))
        || (given.Clocks > 0 && (TimeZones().IsMatch(text) || (given.All > 1 && Duration().IsMatch(text))))
        || (given.Days > 1 && Duration().IsMatch(text))
        || (given.All > 0 && Shift().IsMatch(text))
        || Span().IsMatch(text)
        || (given.Years + given.Days > 0 && Age().IsMatch(text));

    private static bool IsConversion(string text, Quantities given) => given.Measures > 0 && (Conversion().IsMatch(text) || HowManyUnits().IsMatch(text));

    // "2 + 2", "7 times 8": what every model knows by heart.
    private static bool IsTrivial(Match operation)
    {
        if (!int.TryParse(operation.Groups["a"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var a)
            || !int.TryParse(operation.Groups["b"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var b))
            return false;
        var largest = operation.Groups["product"].Success ? LargestFactor : LargestTerm;
        return a <= largest && b <= largest;
    }

    // A dash or a stroke joins names too ("2010-2014", "24/7"): it computes where the question asks for its value.
    [GeneratedRegex(
        """
        (?<![\w.,])[$€£]?(?<a>\d[\d,]{0,15}(\.\d+)?(/\d+)?)\s{0,2}\)?\s{0,2}
        ((?<product>[*×÷^]|\*\*|\b(times|multiplied\ by|to\ the\ power\ of|modulo|mod)\b|(?<=\s)x(?=\s))|\+|\b(plus|minus|divided\ by|added\ to|subtracted\ from)\b
            |(?<=(what\ is|what'?s|calculate|compute|evaluate|solve|how\ much\ is|equals?|=|[+*×^])\s{0,2}\(?\s{0,2}\d[\d,.]{0,15}\s{0,2}\)?\s{0,2})(-|−|–|/))
        \s{0,2}\(?\s{0,2}[$€£]?(?<b>\d[\d,]{0,15}(\.\d+)?(/\d+)?)(?!\w)
        |\b(?<a>\d*)[xyn]\s{0,2}[-+=]\s{0,2}\d+\s{0,2}[-+=]
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Operation();

    [GeneratedRegex(
        @"\b(square roots?|cube roots?|(cube|square) of|factorial|primes?(?= (number|factor)|\W*$)|divisible|factors of|logarithm|log|sine|cosine|" +
        @"tangent|sin|cos|tan|hypotenuse|(area|volume|circumference|perimeter|surface)\b.{0,60}\b(radius|diameter|sides?|edges?)|(in|to|into|from) (binary|" +
        @"decimal|octal|hex(adecimal)?|base \d+|roman numerals?)|to the power|squared|cubed|solve for)\b|(%|\bper ?cent) (of|off|on) [$€£]?\d",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Function();

    [GeneratedRegex(@"\b(probability|odds|likelihood|chances?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Chance();

    [GeneratedRegex(
        @"\bhow many (\w+ ){0,2}(ways|combinations|permutations|arrangements|\d+-(digit|letter|character))\b|\b(probability|odds|chances?)\b.{0,40}\b(dice|" +
        @"die|coins?|deck|roll(s|ing)?|flip(s|ping)?|toss(es|ing)?|draw(s|ing)?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Counting();

    [GeneratedRegex(@"\bhow (much|many|long|far|old|fast|tall|high|deep|wide|heavy|big|large|often)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HowMuch();

    [GeneratedRegex(@"\bper ?cent(ages?)?\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Percent();

    [GeneratedRegex(
        @"\b(if|each|every|per|left|remain(s|ing)?|altogether|in total|gives?|gave|buys?|bought|makes?|more than|less than|fewer than)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Story();

    [GeneratedRegex(
        @"\b(the (mean|mode)|median|average|sum|total|product|difference|quotient|remainder|area|volume|(least|lowest|greatest|highest) common|lcm|" +
        @"gcd|ratio|speed|split|divided?|each|per|altogether|interest|compound(ed)?|payments?|instal?lments?|mortgage|loan|profit|margin|markup|discount|" +
        @"inflation|salary|wage|(larger|bigger|greater|smaller|cheaper|more expensive|higher|lower|more|less|better (deal|value))|calculate|compute)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Aggregate();

    [GeneratedRegex(@"\bday of the week\b|\bweekday\b|\b(what|which) day (was|is|will|does|did)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Weekday();

    [GeneratedRegex(
        @"\bwhat('s| is)? (the )?time\b.{0,60}\b(when|if) it('s| is)\b|\b(when|if) it('s| is)\b.{0,60}\bwhat('s| is)? (the )?time\b|\bin (utc|gmt|" +
        @"[ecmp][sd]t|\w+ time)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TimeZones();

    [GeneratedRegex(
        @"\bhow (long|many|much|old)\b|\bwhen (do|does|will|should|must)\b|\bwhat time (do|does|will|should|must)\b|\bduration\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Duration();

    [GeneratedRegex(
        @"\b(what|which) (date|day|time|month|year)\b.{0,60}\b(\d+|\w+) (business |working )?(seconds?|minutes?|hours?|days?|weeks?|months?|years?) (after|" +
        @"from|before|later|earlier|ago)\b|\b(what|which) (date|day|time) (is|was|will)\b.{0,60}\b(in|after) \d+ (business |working )?(minutes?|hours?|" +
        @"days?|weeks?|months?|years?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Shift();

    [GeneratedRegex(
        @"\bhow (many|much) (more |full |business |working )?(seconds?|minutes?|hours?|days?|weeks?|weekends?|months?|years?|time)\b.{0,60}\b(between|" +
        @"until|till|since|from|left|passed|before|after)\b.{0,60}(\d|\btoday|\bnow\b|\btomorrow)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Span();

    [GeneratedRegex(
        @"\bhow (many \w+ )?old\b.{0,60}\bborn\b|\bborn\b.{0,60}\bhow old\b|\bwhat age\b.{0,60}\bborn\b|\bborn\b.{0,60}\bwhat age\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Age();

    [GeneratedRegex(
        @"\bconver(t|ts|ted|sion)\b|\d\s?(\p{L}+(\s\p{L}+)?|['′""″])\s(in|to|into|as|equals?|=)\s(a\s)?" + Quantities.Units + @"\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Conversion();

    [GeneratedRegex(
        @"\bhow (many|much)\s" + Quantities.Units + @"\s(\w{1,20}\s){0,3}\d|\bhow (many|much)\b.{0,60}\bin " + Quantities.Units + @"\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex HowManyUnits();
}
