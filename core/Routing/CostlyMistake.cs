namespace OrleansLlm.Core.Routing;

/// <summary>
/// Questions that are not for a cheaper tier whatever their score, since P(simple) tells types of text: short ones that ask for a calculation, and those whose
/// wrong answer does harm. A mistake there costs more than every saving. English only; what is not seen changes nothing.
/// </summary>
public static class CostlyMistake
{
    // What scores as simple is short. Of anything longer its beginning and its end say what is asked.
    private const int Read = 400;

    /// <summary><see cref="RouteReason.HighStakes"/>, <see cref="RouteReason.Calculation"/>, or null for a question of neither kind.</summary>
    public static RouteReason? Of(string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var text = question.Length <= Read ? question : string.Concat(question.AsSpan(0, Read / 2), "\n", question.AsSpan(question.Length - (Read / 2)));
        if (HarmSigns.AreIn(text))
            return RouteReason.HighStakes;
        return CalculationSigns.AreIn(text) ? RouteReason.Calculation : null;
    }
}
