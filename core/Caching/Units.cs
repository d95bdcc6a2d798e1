using System.Collections.Frozen;

namespace OrleansLlm.Core.Caching;

/// <summary>The units that may stand beside a number, and the currency signs.</summary>
internal static class Units
{
    public const string Percent = "percent";

    private static readonly FrozenDictionary<string, string> Names = Build(
        Percent + " pct", "usd dollar buck", "eur euro", "gbp sterling", "pound lb quid", "jpy yen", "inr rupee rs", "cny yuan rmb renminbi", "chf franc",
        "btc bitcoin", "eth ether ethereum", "cad", "aud", "cent penny pence", "basis bps", "point",
        "second sec", "minute min", "hour hr", "day", "week wk", "month mo", "year yr", "decade", "century", "am", "pm",
        "kb kilobyte", "mb megabyte", "gb gigabyte gig", "tb terabyte", "kib kibibyte", "mib mebibyte", "gib gibibyte", "tib tebibyte",
        "kilobit", "megabit", "gigabit", "terabit", "milliwatt", "megawatt", "mbps", "gbps", "ghz", "mhz", "hz hertz", "bit", "byte",
        "mm millimeter millimetre", "cm centimeter centimetre", "meter metre m", "km kilometer kilometre", "mile mi", "inch in", "foot feet ft", "yard",
        "mg milligram", "g gram", "kg kilogram kilo", "ounce oz", "ton tonne", "ml milliliter millilitre", "l liter litre", "gallon gal",
        "celsius", "fahrenheit", "degree", "watt w", "kw kilowatt", "kwh", "volt v", "amp", "calorie cal kcal", "mah",
        "share", "time", "people person", "crore", "lakh");

    private static readonly FrozenDictionary<char, string> Signs = new Dictionary<char, string>
    {
        ['%'] = Percent, ['$'] = "usd", ['€'] = "eur", ['£'] = "pound", ['¥'] = "jpy", ['₹'] = "inr", ['₩'] = "krw", ['₿'] = "btc",
        ['¢'] = "cent",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, decimal> Magnitudes = new Dictionary<string, decimal>
    {
        ["hundred"] = 100, ["thousand"] = 1_000, ["lakh"] = 100_000, ["lac"] = 100_000, ["million"] = 1_000_000, ["mn"] = 1_000_000,
        ["crore"] = 10_000_000, ["billion"] = 1_000_000_000, ["bn"] = 1_000_000_000, ["trillion"] = 1_000_000_000_000,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Capitals that are another unit's; who writes all of it small means the common one.
    private static readonly FrozenDictionary<string, string> ByCase = new Dictionary<string, string>
    {
        ["Kb"] = "kilobit", ["Mb"] = "megabit", ["Gb"] = "gigabit", ["Tb"] = "terabit", ["MBps"] = "megabyte per second", ["GBps"] = "gigabyte per second",
        ["mW"] = "milliwatt", ["MW"] = "megawatt",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // "in" (inch) and "am" are words far more often than units: they count only where they are glued to the digits or follow a time.
    private static readonly FrozenSet<string> GluedOnly = Words.Set("in v point time");

    public static string? OfSign(char sign) => Signs.GetValueOrDefault(sign);

    /// <summary>The canonical unit of the token after a number, or null.</summary>
    public static string? OfWord(QuestionToken token)
    {
        if (GluedOnly.Contains(token.Lower) && !token.Glued)
            return null;
        if (ByCase.TryGetValue(token.Surface, out var unit))
            return unit;
        return Names.TryGetValue(token.Lower, out unit) ? unit : Names.GetValueOrDefault(token.Stem);
    }

    /// <summary>The factor of "thousand", "million", ..., or null.</summary>
    public static decimal? Magnitude(string stem) => Magnitudes.TryGetValue(stem, out var factor) ? factor : null;

    /// <summary>The factor of a letter glued to digits: "5k" always, "$5m" and "$5b" only beside a currency sign.</summary>
    public static decimal? Suffix(string lower, bool currency) => lower switch
    {
        "k" => 1_000,
        "m" or "mm" when currency => 1_000_000,
        "b" when currency => 1_000_000_000,
        _ => null,
    };

    private static FrozenDictionary<string, string> Build(params string[] rows) =>
        rows.Select(row => row.Split(' ')).SelectMany(names => names.Select(name => (Words.Stem(name), names[0])))
            .Concat(rows.Select(row => row.Split(' ')).SelectMany(names => names.Select(name => (name, names[0]))))
            .DistinctBy(pair => pair.Item1).ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);
}
