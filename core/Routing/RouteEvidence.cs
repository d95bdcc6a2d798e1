using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Core.Routing;

/// <summary>What checks of production answers say of a tenant's routing. Counts alone; the oldest fade as new ones come.</summary>
public sealed class RouteEvidence
{
    // Halved together beyond this many labels, so that last year's traffic does not outvote this week's.
    private const int MostLabels = 2000;

    /// <summary>Chance of stopping a routing that keeps its promise, at each look.</summary>
    public const double Level = 0.01;

    /// <summary>Questions routed down whose answer was held against the strong model's.</summary>
    public int RoutedDown { get; private set; }

    /// <summary>Those of them that needed the strong model.</summary>
    public int Misrouted { get; private set; }

    /// <summary>Questions routed up whose answer was held against the cheap model's.</summary>
    public int RoutedUp { get; private set; }

    /// <summary>Those of them that the cheap model would have answered as well.</summary>
    public int Needless { get; private set; }

    /// <summary>Comparisons that nobody could decide.</summary>
    public int Unsure { get; private set; }

    /// <summary>Answers of the cheap model that callers called wrong; shown, and no part of the bound: callers report what annoys them, not a sample.</summary>
    public int Reported { get; private set; }

    /// <summary>Goes on from counts that were kept.</summary>
    public static RouteEvidence Resume(int routedDown, int misrouted, int routedUp, int needless, int unsure, int reported) => new()
    {
        RoutedDown = routedDown,
        Misrouted = misrouted,
        RoutedUp = routedUp,
        Needless = needless,
        Unsure = unsure,
        Reported = reported,
    };

    /// <summary>Adds a comparison.</summary>
    /// <param name="wentDown">Whether the cheap model's answer was given, or would have been had the labels not forbidden it: else they could never allow it again.</param>
    /// <param name="weakWasEnough">Whether the cheap model's answer was no worse; null where nobody could tell.</param>
    public void Add(bool wentDown, bool? weakWasEnough)
    {
        switch (weakWasEnough)
        {
            case null:
                Unsure++;
                return;
            case { } enough when wentDown:
                RoutedDown++;
                Misrouted += enough ? 0 : 1;
                break;
            case { } enough:
                RoutedUp++;
                Needless += enough ? 1 : 0;
                break;
        }

        if (RoutedDown <= MostLabels)
            return;
        (RoutedDown, Misrouted) = (RoutedDown / 2, Misrouted / 2);
    }

    /// <summary>Adds a caller's verdict on a question that was routed down.</summary>
    public void AddReport(bool isWrong) => Reported += isWrong ? 1 : 0;

    /// <summary>Whether the labels exclude that at most <paramref name="limit"/> of the routed are misrouted.</summary>
    public bool Refutes(double limit) =>
        // The lower bound is the upper bound of the complement's rate.
        RoutedDown > 0 && 1 - BinomialBounds.Upper(RoutedDown - Misrouted, RoutedDown, Level) > limit;
}
