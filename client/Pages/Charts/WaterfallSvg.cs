using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace OrleansLlm.Client.Pages.Charts;

/// <summary>A waterfall as inline SVG: no script, colours by CSS classes of the page, every bar with its figure beside it.</summary>
internal static class WaterfallSvg
{
    private const int Width = 540;
    private const int RowHeight = 46;
    private const int BarHeight = 26;
    private const int LabelWidth = 156;
    private const int ValueWidth = 140;
    private const int Top = 8;

    /// <param name="bars">The five bars.</param>
    /// <param name="title">Read out by screen readers in place of the picture.</param>
    /// <param name="format">Writes an amount.</param>
    public static string Render(IReadOnlyList<WaterfallBar> bars, string title, Func<decimal, string> format)
    {
        ArgumentNullException.ThrowIfNull(bars);
        ArgumentNullException.ThrowIfNull(format);
        var high = Math.Max(bars.Max(static b => b.High), 0m);
        var low = Math.Min(bars.Min(static b => b.Low), 0m);
        var scale = high == low ? 0 : (Width - LabelWidth - ValueWidth) / (double)(high - low);
        var height = (2 * Top) + (bars.Count * RowHeight);
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<svg class="waterfall" viewBox="0 0 {Width} {height}" role="img" aria-label="{HtmlEncoder.Default.Encode(title)}">""");
        for (var i = 0; i < bars.Count; i++)
        {
            var bar = bars[i];
            var y = Top + (i * RowHeight);
            var x = LabelWidth + ((double)(bar.Low - low) * scale);
            var width = Math.Max((double)(bar.High - bar.Low) * scale, bar.High > bar.Low ? 2 : 0);
            var middle = y + (RowHeight / 2);
            svg.Append(CultureInfo.InvariantCulture, $"""<text class="name" x="{LabelWidth - 12}" y="{middle + 5}">{bar.Name}</text>""");
            svg.Append(
                CultureInfo.InvariantCulture,
                $"""<rect class="{ClassOf(bar)}" x="{x:0.#}" y="{middle - (BarHeight / 2)}" width="{width:0.#}" height="{BarHeight}" rx="3"/>""");
            svg.Append(
                CultureInfo.InvariantCulture,
                $"""<text class="value" x="{x + width + 8:0.#}" y="{middle + 5}">{HtmlEncoder.Default.Encode(format(bar.IsTotal ? bar.Amount : -bar.Amount))}</text>""");
            if (i + 1 < bars.Count)
                AppendConnector(svg, LabelWidth + ((double)(LevelAfter(bars, i) - low) * scale), middle, width == 0);
        }

        return svg.Append("</svg>").ToString();
    }

    // Where a step saved nothing there is no bar to start from: the line runs through its row.
    private static void AppendConnector(StringBuilder svg, double x, int middle, bool through) => svg.Append(
        CultureInfo.InvariantCulture,
        $"""<line class="link" x1="{x:0.#}" x2="{x:0.#}" y1="{middle + (through ? -BarHeight / 2 : BarHeight / 2)}" y2="{middle + RowHeight - (BarHeight / 2)}"/>""");

    // A saving leaves the level at its bar's lower end, extra spending at the upper one.
    private static decimal LevelAfter(IReadOnlyList<WaterfallBar> bars, int index) =>
        bars[index].IsTotal || bars[index].Amount < 0 ? bars[index].High : bars[index].Low;

    private static string ClassOf(WaterfallBar bar) => bar switch
    {
        { IsTotal: true } => "total",
        { Amount: < 0 } => "spent",
        _ => "saved",
    };
}
