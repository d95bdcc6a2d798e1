using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OrleansLlm.Silo.Replay;

/// <summary>The report on a terminal. Colours, borders and width are the console's own business: piped output comes out plain.</summary>
internal static class ReplayConsole
{
    private const int BarCells = 24;

    public static void Write(IAnsiConsole console, ReplayReport report)
    {
        ArgumentNullException.ThrowIfNull(console);
        ArgumentNullException.ThrowIfNull(report);
        console.WriteLine();
        console.Write(new Text($"{report.Source}: {FigureFormat.Count(report.Requests, "request")}", new Style(decoration: Decoration.Bold)));
        console.WriteLine();
        console.Write(Waterfall(report, console.Profile.Capabilities.Unicode));
        console.Write(Figures(report));
        console.Write(Latency(report));
        console.Write(Models(report));
        if (report.Projection is { } month)
        {
            console.Write(new Text(
                $"Projection, not a measurement: {FigureFormat.Count(month.Days, "calendar day")} of the log repeated to {MonthlyProjection.MonthDays} would be "
                + $"{FigureFormat.Count(month.Requests)} requests, {FigureFormat.Usd(month.BaselineUsd, 2)} without and "
                + $"{FigureFormat.Usd(month.ActualUsd, 2)} with the gateway: {FigureFormat.Usd(month.SavedUsd, 2)} saved a month."));
            console.WriteLine();
        }

        foreach (var note in ReplayNotes.Of(report))
        {
            console.Write(new Text("Note: " + note, new Style(Color.Yellow)));
            console.WriteLine();
        }
    }

    private static Table Waterfall(ReplayReport report, bool unicode)
    {
        var usd = FigureFormat.Rounded(report.Usd);
        var digits = FigureFormat.Digits(report.Usd);
        var tokens = WaterfallBar.Of(report.Tokens);
        var bars = WaterfallBar.Of(usd);
        var top = bars.Max(static b => b.High);
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("step");
        table.AddColumn(new TableColumn("tokens").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("USD").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("share").RightAligned().NoWrap());
        table.AddColumn(new TableColumn(string.Empty).NoWrap());
        for (var i = 0; i < bars.Count; i++)
        {
            var bar = bars[i];
            var sign = bar.IsTotal ? 1 : -1;
            table.AddRow(
                new Text(bar.Name, bar.IsTotal ? new Style(decoration: Decoration.Bold) : Style.Plain),
                new Text(FigureFormat.Count(sign * (long)tokens[i].Amount)),
                new Text(FigureFormat.Usd(sign * bar.Amount, digits)),
                new Text(FigureFormat.ShareOf(sign * bar.Amount, usd.Baseline)),
                Bar(bar, top, unicode));
        }

        table.AddEmptyRow();
        table.AddRow(
            new Text("saved", new Style(Color.Green, decoration: Decoration.Bold)),
            new Text(FigureFormat.Count(report.Tokens.Saved)),
            new Text(FigureFormat.Usd(usd.Saved, digits), new Style(Color.Green, decoration: Decoration.Bold)),
            new Text(FigureFormat.ShareOf(usd.Saved, usd.Baseline)),
            Text.Empty);
        return table;
    }

    private static Text Bar(WaterfallBar bar, decimal top, bool unicode)
    {
        if (top <= 0)
            return Text.Empty;
        var from = (int)Math.Round(Math.Max(bar.Low, 0) / top * BarCells);
        var to = (int)Math.Round(bar.High / top * BarCells);
        if (to == from && bar.High > bar.Low)
            to = from + 1; // a small saving is still one
        var color = bar.IsTotal ? Color.Blue : bar.Amount < 0 ? Color.Red : Color.Green;
        return new Text(new string(' ', from) + new string(unicode ? '█' : '#', to - from), new Style(color));
    }

    private static Table Figures(ReplayReport report)
    {
        var cache = report.Cache;
        var table = TwoColumns("layer", "what it did");
        Row(table, "cache", string.Create(
            CultureInfo.InvariantCulture,
            $"hit rate {FigureFormat.Percent(cache.HitRate)} ({cache.Exact} exact, {cache.Semantic} semantic, {cache.Pending} pending; {cache.Miss} misses, {cache.Bypass} bypassed)"));
        Row(table, "routing", string.Create(
            CultureInfo.InvariantCulture,
            $"{FigureFormat.Percent(report.Routing.RoutedShare)} routed ({report.Routing.Routed} of {report.Routing.Upstream} upstream requests)"));
        Row(table, "compression", string.Create(
            CultureInfo.InvariantCulture,
            $"{FigureFormat.Percent(report.Compression.RateCompressed)} removed from {FigureFormat.Count(report.Compression.Compressed, "prompt")}, {FigureFormat.Percent(report.Compression.RateAll)} over all upstream prompts"));
        return table;
    }

    private static Table Latency(ReplayReport report)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("added latency");
        table.AddColumn(new TableColumn("requests").RightAligned());
        table.AddColumn(new TableColumn("p50").RightAligned());
        table.AddColumn(new TableColumn("p99").RightAligned());
        foreach (var (name, times) in report.LatencyMs.Layers())
        {
            table.AddRow(
                new Text(name), new Text(FigureFormat.Count(times.Requests)),
                new Text(FigureFormat.Milliseconds(times.P50)), new Text(FigureFormat.Milliseconds(times.P99)));
        }

        return table;
    }

    private static Table Models(ReplayReport report)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("model");
        table.AddColumn(new TableColumn("requests").RightAligned());
        table.AddColumn(new TableColumn("prompt tokens").RightAligned());
        table.AddColumn(new TableColumn("completion tokens").RightAligned());
        table.AddColumn(new TableColumn("USD").RightAligned());
        var digits = FigureFormat.Digits(report.Usd);
        foreach (var model in report.Models)
        {
            table.AddRow(
                new Text(model.Model), new Text(FigureFormat.Count(model.Requests)), new Text(FigureFormat.Count(model.PromptTokens)),
                new Text(FigureFormat.Count(model.CompletionTokens)), new Text(FigureFormat.Usd(model.CostUsd, digits)));
        }

        return table;
    }

    private static Table TwoColumns(string first, string second)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(first);
        table.AddColumn(second);
        return table;
    }

    // Text, not markup: names come from the user's file.
    private static void Row(Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(static c => (IRenderable)new Text(c)));
}
