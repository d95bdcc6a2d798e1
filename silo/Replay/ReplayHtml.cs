using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace OrleansLlm.Silo.Replay;

/// <summary>The report as one page that needs nothing else: no script, no network, light and dark, wide and narrow, and printable.</summary>
internal static class ReplayHtml
{
    /// <summary>The whole document.</summary>
    public static string Render(ReplayReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var page = new StringBuilder();
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Savings of {Escape(report.Source)}</title>
            <style>{ReplayHtmlStyle.Css}</style>
            </head>
            <body>
            <main>

            """);
        AppendHead(page, report);
        AppendWaterfalls(page, report);
        AppendLayers(page, report);
        AppendLatencyAndModels(page, report);
        AppendFoot(page, report);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void AppendHead(StringBuilder page, ReplayReport report)
    {
        var usd = FigureFormat.Rounded(report.Usd);
        var digits = FigureFormat.Digits(report.Usd);
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <header>
            <p class="eyebrow">OrleansLlm replay of {Escape(report.Source)}</p>
            <h1>{FigureFormat.Usd(usd.Saved, digits)} saved of {FigureFormat.Usd(usd.Baseline, digits)} <span class="share">{FigureFormat.ShareOf(usd.Saved, usd.Baseline)}</span></h1>
            <p>{FigureFormat.Count(report.Requests, "request")}, {FigureFormat.Count(report.Tokens.Baseline)} tokens without the gateway, {FigureFormat.Count(report.Tokens.Actual)} with it.</p>
            </header>

            """);
        var notes = ReplayNotes.Of(report);
        if (notes.Count == 0)
            return;
        page.Append("<ul class=\"notes\" aria-label=\"Notes\">\n");
        foreach (var note in notes)
            page.Append(CultureInfo.InvariantCulture, $"<li>{Escape(note)}</li>\n");
        page.Append("</ul>\n");
    }

    private static void AppendWaterfalls(StringBuilder page, ReplayReport report)
    {
        var usd = FigureFormat.Rounded(report.Usd);
        var digits = FigureFormat.Digits(report.Usd);
        var money = WaterfallBar.Of(usd);
        var tokens = WaterfallBar.Of(report.Tokens);
        page.Append("<section>\n<h2>Where the money went</h2>\n<div class=\"charts\">\n<figure>\n");
        page.Append(WaterfallSvg.Render(money, "Waterfall in US dollars; the table below has the same figures", a => FigureFormat.Usd(a, digits)));
        page.Append("<figcaption>US dollars</figcaption>\n</figure>\n<figure>\n");
        page.Append(WaterfallSvg.Render(tokens, "Waterfall in tokens; the table below has the same figures", a => FigureFormat.Count((long)a)));
        page.Append("<figcaption>Tokens, prompt and completion. Routing moves tokens to a cheaper model and removes none.</figcaption>\n</figure>\n</div>\n");
        OpenTable(page, "Waterfall", ["Step", "Tokens", "USD", "Share"]);
        for (var i = 0; i < money.Count; i++)
        {
            var sign = money[i].IsTotal ? 1 : -1;
            AppendRow(
                page, money[i].IsTotal, money[i].Name, FigureFormat.Count(sign * (long)tokens[i].Amount),
                FigureFormat.Usd(sign * money[i].Amount, digits), FigureFormat.ShareOf(sign * money[i].Amount, usd.Baseline));
        }

        page.Append("</tbody></table></div>\n</section>\n");
    }

    private static void AppendLayers(StringBuilder page, ReplayReport report)
    {
        var (cache, routing, compression) = (report.Cache, report.Routing, report.Compression);
        page.Append("<section>\n<h2>What each layer did</h2>\n<div class=\"cards\">\n");
        AppendCard(
            page, "Cache", FigureFormat.Percent(cache.HitRate), "hit rate",
            $"{FigureFormat.Count(cache.Exact)} exact, {FigureFormat.Count(cache.Semantic)} semantic, {FigureFormat.Count(cache.Pending)} pending; "
            + $"{FigureFormat.Count(cache.Miss)} misses, {FigureFormat.Count(cache.Bypass)} bypassed");
        AppendCard(
            page, "Routing", FigureFormat.Percent(routing.RoutedShare), "routed",
            $"{FigureFormat.Count(routing.Routed)} of {FigureFormat.Count(routing.Upstream)} upstream requests went to another model");
        AppendCard(
            page, "Compression", FigureFormat.Percent(compression.RateCompressed), "removed",
            $"from {FigureFormat.Count(compression.Compressed, "prompt")}; {FigureFormat.Percent(compression.RateAll)} over all upstream prompts");
        page.Append("</div>\n</section>\n");
    }

    private static void AppendLatencyAndModels(StringBuilder page, ReplayReport report)
    {
        page.Append("<section class=\"pair\">\n<div>\n<h2>Added latency</h2>\n");
        OpenTable(page, "Added latency", ["Layer", "Requests", "p50", "p99"]);
        foreach (var (name, times) in report.LatencyMs.Layers())
        {
            AppendRow(
                page, false, name, FigureFormat.Count(times.Requests),
                FigureFormat.Milliseconds(times.P50), FigureFormat.Milliseconds(times.P99));
        }

        page.Append("</tbody></table></div>\n</div>\n<div>\n<h2>Models that answered</h2>\n");
        OpenTable(page, "Models", ["Model", "Requests", "Tokens in", "Tokens out", "USD"]);
        foreach (var model in report.Models)
        {
            AppendRow(
                page, false, model.Model, FigureFormat.Count(model.Requests), FigureFormat.Count(model.PromptTokens),
                FigureFormat.Count(model.CompletionTokens), FigureFormat.Usd(model.CostUsd, FigureFormat.Digits(report.Usd)));
        }

        page.Append("</tbody></table></div>\n</div>\n</section>\n");
    }

    private static void AppendFoot(StringBuilder page, ReplayReport report)
    {
        if (report.Projection is { } month)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"""
                <section class="projection">
                <h2>A month like this <span class="tag">projection</span></h2>
                <p><strong>{FigureFormat.Usd(month.SavedUsd, 2)}</strong> saved: {FigureFormat.Usd(month.BaselineUsd, 2)} without the gateway, {FigureFormat.Usd(month.ActualUsd, 2)} with it, {FigureFormat.Count(month.Requests)} requests.</p>
                <p class="fine">{FigureFormat.Count(month.Days, "calendar day")} of the log repeated to {MonthlyProjection.MonthDays}. Not a measurement: weekends, growth and a cache that fills up over time are not in it.</p>
                </section>

                """);
        }

        page.Append("<footer><p class=\"fine\">");
        if (report.PriceVersion is { } version)
            page.Append(CultureInfo.InvariantCulture, $"Prices: {Escape(version)}. ");
        page.Append(
            CultureInfo.InvariantCulture,
            $"Replayed in {report.ElapsedMs / 1000:0.0} s. Baseline: the requested model, the whole prompt, no cache. Steps are rounded so that they add up as printed.</p></footer>\n");
    }

    private static void AppendCard(StringBuilder page, string layer, string figure, string unit, string detail) => page.Append(
        CultureInfo.InvariantCulture,
        $"""<div class="card"><h3>{layer}</h3><p class="figure">{figure} <span>{unit}</span></p><p class="fine">{Escape(detail)}</p></div>{'\n'}""");

    private static void OpenTable(StringBuilder page, string caption, string[] columns)
    {
        page.Append(CultureInfo.InvariantCulture, $"""<div class="scroll" role="region" aria-label="{caption}" tabindex="0"><table><caption>{caption}</caption><thead><tr>""");
        foreach (var column in columns)
            page.Append(CultureInfo.InvariantCulture, $"""<th scope="col">{column}</th>""");
        page.Append("</tr></thead><tbody>\n");
    }

    private static void AppendRow(StringBuilder page, bool strong, string name, params ReadOnlySpan<string> cells)
    {
        page.Append(strong ? "<tr class=\"strong\">" : "<tr>");
        page.Append(CultureInfo.InvariantCulture, $"""<th scope="row">{Escape(name)}</th>""");
        foreach (var cell in cells)
            page.Append(CultureInfo.InvariantCulture, $"<td>{Escape(cell)}</td>");
        page.Append("</tr>\n");
    }

    private static string Escape(string text) => HtmlEncoder.Default.Encode(text);
}
