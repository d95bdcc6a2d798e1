namespace OrleansLlm.Core.Caching;

/// <summary>Whether two questions speak of the same numbers.</summary>
internal static class QuantityMatching
{
    /// <summary>None, NumbersDiffer or UnitsDiffer.</summary>
    public static MatchGuardReason Compare(List<Quantity> numbers, List<Quantity> others)
    {
        if (numbers.Count == 0 && others.Count == 0)
            return MatchGuardReason.None;
        var open = new List<Quantity>(others);
        var left = new List<Quantity>();
        var unitsDiffer = false;
        var boundsDiffer = false;
        foreach (var number in numbers)
        {
            var at = open.FindIndex(o => o.Value == number.Value && o.Unit == number.Unit && o.Bound == number.Bound);
            if (at < 0)
                at = open.FindIndex(o => o.Value == number.Value && o.Unit == number.Unit);
            if (at < 0)
                at = open.FindIndex(o => o.Value == number.Value && Compatible(o, number));
            if (at >= 0)
            {
                boundsDiffer |= NumberBounds.Differ(number.Bound, open[at].Bound);
                open.RemoveAt(at);
                continue;
            }

            unitsDiffer |= open.Exists(o => o.Value == number.Value);
            left.Add(number);
        }

        // A figure said twice may be two things: 3 x 3 x 4 is not 3 x 4 x 4.
        var differ = left.Exists(l => !l.IsLoose) || open.Exists(o => !o.IsLoose) || (left.Count > 0 && open.Count > 0);
        if (!differ)
            return boundsDiffer ? MatchGuardReason.NumbersDiffer : MatchGuardReason.None;
        return unitsDiffer ? MatchGuardReason.UnitsDiffer : MatchGuardReason.NumbersDiffer;
    }

    /// <summary>Whether some number, loose words aside, has no like among <paramref name="others"/>.</summary>
    public static bool HasUnmatched(List<Quantity> numbers, List<Quantity> others) =>
        numbers.Exists(n => !n.IsLoose && !others.Exists(o => o.Value == n.Value && Compatible(o, n)));

    // A unit may be left out where it goes without saying; a share of the whole never does.
    private static bool Compatible(Quantity a, Quantity b) => a.Unit == b.Unit || ((a.Unit is null || b.Unit is null) && (a.Unit ?? b.Unit) is not Units.Percent);
}
