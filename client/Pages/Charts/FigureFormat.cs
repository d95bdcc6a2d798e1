using System.Globalization;

namespace OrleansLlm.Client.Pages.Charts;

/// <summary>How figures are written for people: invariant culture, and steps that add up as printed.</summary>
internal static class FigureFormat
{
    /// <summary>
    /// The five levels of a waterfall, rounded so that the printed steps add up: levels are rounded and steps are their differences,
    /// because five figures rounded each on its own may miss the total by a last digit.
    /// </summary>
    public static MoneyWaterfall Rounded(MoneyWaterfall usd)
    {
        var digits = Digits(usd);
        var baseline = Round(usd.Baseline);
        var afterCache = Round(usd.Baseline - usd.Cache);
        var afterRouting = Round(usd.Baseline - usd.Cache - usd.Routing);
        var actual = Round(usd.Actual);
        return new MoneyWaterfall(baseline, baseline - afterCache, afterCache - afterRouting, afterRouting - actual, actual);

        decimal Round(decimal amount) => Math.Round(amount, digits, MidpointRounding.ToEven);
    }

    /// <summary>Decimals that money is shown with: cents for real bills, more where cents would hide everything.</summary>
    public static int Digits(MoneyWaterfall usd) => usd.Baseline >= 10m ? 2 : 4;

    public static string Usd(decimal amount, int digits) =>
        (amount < 0 ? "-$" : "$") + Math.Abs(amount).ToString("N" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Money of single requests: as many decimals as show its first three digits, up to eight.</summary>
    public static string SmallUsd(decimal amount)
    {
        var digits = 2;
        for (var size = Math.Abs(amount); size is > 0 and < 1 && digits < 8; size *= 10)
            digits++;
        return Usd(amount, digits);
    }

    /// <summary>Money at an axis, whose steps are round: no more decimals than they need.</summary>
    public static string AxisUsd(double amount) => "$" + amount.ToString(
        amount switch
        {
            0 or >= 10 => "N0",
            >= 0.1 => "0.00",
            _ => "0.########",
        },
        CultureInfo.InvariantCulture);

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"1 request", "2 requests".</summary>
    public static string Count(long count, string noun) => Count(count) + " " + noun + (count == 1 ? string.Empty : "s");

    public static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    public static string Milliseconds(double milliseconds) =>
        milliseconds.ToString(milliseconds < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + " ms";

    /// <summary><paramref name="part"/> of <paramref name="whole"/> in percent, nothing without a sign; a dash without a whole.</summary>
    public static string ShareOf(decimal part, decimal whole) => whole == 0 ? "–" : Percent(Math.Round((double)(part / whole), 3, MidpointRounding.AwayFromZero) + 0d);
}
