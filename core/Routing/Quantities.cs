using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansLlm.Core.Routing;

/// <summary>What of a text's numbers may be computed with. Years, versions, telephone numbers and the numbers of rooms, ports or orders may not: they are names.</summary>
/// <param name="Numbers">Numbers with or without a unit, percentages among them.</param>
/// <param name="Percentages">Percentages.</param>
/// <param name="Measures">Numbers of a unit, but for those of 1: what one of a unit has of another is a fact.</param>
/// <param name="Ratios">"Twice", "half of", "a dozen": numbers in words that stand for a step of their own.</param>
/// <param name="Words">Numbers in words ("five").</param>
/// <param name="Days">Dates that have a day.</param>
/// <param name="Clocks">Times of day.</param>
/// <param name="Years">Years.</param>
internal readonly partial record struct Quantities(int Numbers, int Percentages, int Measures, int Ratios, int Words, int Days, int Clocks, int Years)
{
    /// <summary>Everything that one may reckon with but years.</summary>
    public int All => Numbers + Ratios + Words + Days + Clocks;

    /// <summary>Counts those of a text.</summary>
    public static Quantities In(string text)
    {
        int numbers = 0, percentages = 0, measures = 0, ratios = 0, words = 0, days = 0, clocks = 0, years = 0;
        for (var match = Token().Match(text); match.Success; match = match.NextMatch())
        {
            if (match.Groups["day"].Success)
                days++;
            else if (match.Groups["clock"].Success)
                clocks++;
            else if (match.Groups["ratio"].Success)
                ratios++;
            else if (match.Groups["word"].Success)
                words++;
            else if (match.Groups["number"] is { Success: true } number)
            {
                var hasUnit = match.Groups["unit"].Success;
                if (match.Groups["percent"].Success)
                    percentages++;
                else if (!hasUnit && !match.Groups["money"].Success && IsYear(number.ValueSpan))
                {
                    years++;
                    continue;
                }

                numbers++;
                if (hasUnit && number.ValueSpan is not "1")
                    measures++;
            }
        }

        return new(numbers, percentages, measures, ratios, words, days, clocks, years);
    }

    private static bool IsYear(ReadOnlySpan<char> digits) =>
        digits.Length == 4 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1000 and <= 2100;

    // The first alternative that fits a place takes it. A name's number stands behind its name ("Java 21", "platform 4") or shows by its form (0800 123, 1.2.3, 42nd, 4-digit).
    [GeneratedRegex(
        $$"""
        (?<day>\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}([/.])\d{1,2}\1\d{2,4}\b
            |\b{{Months}}\.?\ \d{1,2}(st|nd|rd|th)?\b(,?\ \d{4}\b)?|\b\d{1,2}(st|nd|rd|th)?(\ of)?\ {{Months}}\b(,?\ \d{4}\b)?)
        |\b(in|since|of|from|until|by)\ {{Months}}\ (?<number>\d{4})\b
        |(?<clock>\b\d{1,2}:\d{2}(\ ?[ap]\.?m\b)?|\b\d{1,2}\ ?[ap]\.?m\b)
        |(?<name>\b(rooms?|ports?|errors?|status|codes?|pages?|chapters?|sections?|articles?|paragraphs?|tickets?|orders?|invoices?|numbers?|no\.|size|steps?|parts?|levels?|episodes?|seasons?
                |lines?|platforms?|gates?|flights?|bus|routes?|highway|channels?|options?|questions?|versions?|release|series|model|type|grade|class|area|figure|table|zip|form|rule)
                \ (no\.?\ |number\ |code\ )?\#?\d[\d.]*\b
            |(?<=[\w,;)]\ )(?-i:[A-Z][\w.+\#]*|\.NET)[\ -]\d+(\.\d+)*\b(?!\s?(%|{{Units}}\b))
            |\bv?\d+(\.\d+){2,}|\#\d+|\+\d[\d\ -]{6,}|\b0\d+([\ -]\d+)*\b|\b\d+(-\d+)+\b|\b\d{7,}\b|\b\d+(st|nd|rd|th|s)\b|\b\d+-\p{L}+)
        |(?<![\w.,])(?<money>[$€£¥]\s?)?(?<number>(?>(\d{1,3}(,\d{3})+(?!\d)|\d+)(\.\d+)?))(\s?(?<unit>{{Units}})\b|(?<unit>['′](\d+["″])?(?!\w))|\s?(?<percent>%|per\s?cent\b))?(?![\p{L}\d])
        |\b(?<ratio>twice|thrice|double[ds]?|triple[ds]?|quadruple[ds]?|halves|half (?=\ (of|as|the)\b)|dozen|a\ (third|quarter|fifth|tenth)|two\ thirds)\b
        |\b(?<word>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Token();

    private const string Months =
        "(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)";

    /// <summary>The units of everyday conversions, a closed class.</summary>
    internal const string Units =
        @"(°\s?[CF]|degrees?|celsius|fahrenheit|kelvin|[cfk](?=\s(to|in|into)\b|\W*$)|(kilo|centi|milli|deci|micro|mega)?(met(er|re)s?|grams?|lit(er|" +
        @"re)s?|watts?|joules?|bytes?)|km/h|kph|mph|knots?|[kcm]m|m[²2³3]?|[kmµ]g|mcg|g|[mcd]?l|ft|feet|foot|in(ch(es)?)?(?!\sthe\b)|yards?|yd|miles?|" +
        @"mi|acres?|hectares?|ha|kilos?|pounds?|lbs?|ounces?|oz|stones?|tons?|tonnes?|cups?|tablespoons?|tbsp|teaspoons?|tsp|pints?|quarts?|gallons?|" +
        @"barrels?|cc|kwh?|wh|w|volts?|v|amps?|a(?=\s(circuit|fuse))|kcal|calories|kj|psi|bar|pascals?|[kmgt]i?b|seconds?|secs?|minutes?|mins?|hours?|" +
        @"hrs?|days?|weeks?|months?|years?|decades?|light.years?|(square|cubic)\s\w+|dollars?|usd|euros?|eur|gbp|yen|cents?)";
}
