namespace OrleansLlm.Silo.Replay;

/// <summary>The caveats a reader must see beside the figures, worded once for the console and the page.</summary>
internal static class ReplayNotes
{
    public static IReadOnlyList<string> Of(ReplayReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var notes = new List<string>();
        if (report.Requests == 0)
            notes.Add("The log holds no request that could be replayed.");
        if (!report.Usd.AddsUp || !report.Tokens.AddsUp)
            notes.Add("The layers do not add up to the difference: an entry of the ledger is wrong. Please report this.");
        if (report.Simulated)
            notes.Add("Simulated: requests without a recorded answer were answered by the built-in simulator, so their completion tokens are invented.");
        if (report.Unpriced > 0)
            notes.Add($"{FigureFormat.Count(report.Unpriced, "request")} used a model without a price: its cost is not in these figures.");
        if (report.Errors > 0)
            notes.Add($"{FigureFormat.Count(report.Errors, "request")} failed; what was not billed has no baseline and no saving.");
        if (report.Estimated > 0)
            notes.Add($"The tokens of {FigureFormat.Count(report.Estimated, "request")} were counted here, as nobody gave a figure.");
        if (report.Problems.Count > 0)
            notes.Add($"{FigureFormat.Count(report.Problems.Count, "malformed line")} skipped; line {report.Problems[0].Line}: {report.Problems[0].Message}.");
        if (report.ShadowUsd.Total != 0)
        {
            notes.Add($"Layers in shadow mode would have saved {FigureFormat.Usd(report.ShadowUsd.Total, FigureFormat.Digits(report.Usd))}; "
                + "this is not part of the figures.");
        }

        return notes;
    }
}
