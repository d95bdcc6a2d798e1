using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace OrleansLlm.Client.Pages.Charts;

/// <summary>Columns over time as inline SVG, each with a paler one behind it where there is something to compare with.</summary>
internal static class ColumnSvg
{
    private const int Width = 540;
    private const int Height = 200;
    private const int Left = 100;
    private const int Right = 524;
    private const int Top = 12;
    private const int Bottom = 40;
    private const int MostLabels = 6;

    /// <param name="columns">In order.</param>
    /// <param name="top">The value at the upper end of the scale; above 0.</param>
    /// <param name="title">Read out by screen readers in place of the picture.</param>
    /// <param name="format">Writes a value of the scale.</param>
    public static string Render(IReadOnlyList<ChartColumn> columns, double top, string title, Func<double, string> format)
    {
        var floor = Height - Bottom;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg class="columns" viewBox="0 0 {Width} {Height}" role="img" aria-label="{HtmlEncoder.Default.Encode(title)}">""");
        foreach (var share in new[] { 0, 0.5, 1 })
        {
            var y = floor - (share * (floor - Top));
            svg.Append(CultureInfo.InvariantCulture, $"""<line class="rule" x1="{Left}" x2="{Right}" y1="{y:0.#}" y2="{y:0.#}"/>""");
            svg.Append(CultureInfo.InvariantCulture, $"""<text class="scale" x="{Left - 8}" y="{y + 5:0.#}">{HtmlEncoder.Default.Encode(format(share * top))}</text>""");
        }

        var slot = (Right - Left) / (double)columns.Count;
        var step = (columns.Count + MostLabels - 1) / MostLabels;
        for (var i = 0; i < columns.Count; i++)
        {
            var x = Left + (i * slot);
            svg.Append(CultureInfo.InvariantCulture, $"""<g><title>{HtmlEncoder.Default.Encode(columns[i].Note)}</title>""");
            AppendBar(svg, "behind", x, slot, columns[i].Behind / top, floor);
            AppendBar(svg, "front", x, slot, columns[i].Value / top, floor);
            svg.Append("</g>");
            if (i % step == 0)
                svg.Append(CultureInfo.InvariantCulture, $"""<text class="when" x="{x + (slot / 2):0.#}" y="{Height - 10}">{HtmlEncoder.Default.Encode(columns[i].Label)}</text>""");
        }

        return svg.Append("</svg>").ToString();
    }

    /// <summary>The least of 1, 2, 4, 6, 8 or 10 times a power of ten that is not below <paramref name="most"/>; 1 where that is 0.</summary>
    public static double TopOf(double most)
    {
        if (most <= 0)
            return 1;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(most)));
        foreach (var times in new[] { 1, 2, 4, 6, 8 })
        {
            if (times * unit >= most)
                return times * unit;
        }

        return 10 * unit;
    }

    private static void AppendBar(StringBuilder svg, string name, double x, double slot, double share, int floor)
    {
        if (share <= 0)
            return;
        var height = Math.Max(1.5, Math.Min(share, 1) * (floor - Top));
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<rect class="{name}" x="{x + (slot * 0.15):0.##}" y="{floor - height:0.##}" width="{slot * 0.7:0.##}" height="{height:0.##}" rx="2"/>""");
    }
}

/// <summary>One column.</summary>
/// <param name="Label">When.</param>
/// <param name="Value">Its height.</param>
/// <param name="Behind">Height of the paler column behind it; 0 for none.</param>
/// <param name="Note">Its figures in words.</param>
internal sealed record ChartColumn(string Label, double Value, double Behind, string Note);
