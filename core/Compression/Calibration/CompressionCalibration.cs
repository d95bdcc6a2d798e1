using OrleansLlm.Core.Calibration;

namespace OrleansLlm.Core.Compression.Calibration;

/// <summary>
/// Chooses a keep rate from golden questions. What was lost is bounded on its own, among the questions that were answered right: answers that compression
/// happens to set right do not make up for those that it spoils, and questions that are answered wrong anyway say nothing of what it costs.
/// </summary>
public static class CompressionCalibration
{
    private const int MostQuestions = 100_000;

    /// <summary>The share of right answers lost that the outcome excludes at error probability <paramref name="level"/>: the true one is lower. 1 where none was right.</summary>
    public static double UpperBound(RateOutcome outcome, double level)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return BinomialBounds.Upper(outcome.Lost, outcome.Right, level);
    }

    /// <summary>
    /// The strongest rate whose losses are surely within <paramref name="allowed"/>; null where there is none. From the gentlest on, and not
    /// beyond the first that fails, so that trying many rates does not make one of them pass by chance (fixed-sequence testing).
    /// </summary>
    /// <param name="outcomes">One a rate.</param>
    /// <param name="allowed">Share of the right answers that may be lost, above 0 and below 1.</param>
    /// <param name="level">Error probability, above 0 and below 1.</param>
    public static RateOutcome? Choose(IEnumerable<RateOutcome> outcomes, double allowed, double level)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        RateOutcome? chosen = null;
        foreach (var outcome in outcomes.OrderByDescending(o => o.KeepRate))
        {
            if (UpperBound(outcome, level) > allowed)
                break;
            chosen = outcome;
        }

        return chosen;
    }

    /// <summary>How many questions in all would support <paramref name="outcome"/>'s rate if they went as these; null where none would.</summary>
    public static int? QuestionsNeeded(RateOutcome outcome, double allowed, double level)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (outcome.Right == 0)
            return null;
        var rate = (double)outcome.Lost / outcome.Right;
        for (var n = outcome.Right; n <= MostQuestions; n += Math.Max(1, n / 50))
        {
            if (BinomialBounds.Upper((int)Math.Ceiling(rate * n), n, level) <= allowed)
                return (int)Math.Ceiling((double)n * outcome.Questions / outcome.Right);
        }

        return null;
    }
}
