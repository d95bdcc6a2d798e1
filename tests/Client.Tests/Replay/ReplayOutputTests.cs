using System.Text.RegularExpressions;
using System.Xml.Linq;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Silo.Replay;
using Spectre.Console;

namespace OrleansLlm.Client.Tests.Replay;

public sealed partial class ReplayOutputTests
{
    private const string Hostile = "<script>alert(1)</script>&\"[red]x[/].jsonl";

    [Fact]
    public void ToUtf8_FullReport_EqualsGoldenFile()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Replay", "replay.golden.json");

        Assert.Equal(File.ReadAllText(path), System.Text.Encoding.UTF8.GetString(ReplayJson.ToUtf8(ReplayEntries.Full())));
    }

    [Fact]
    public void Render_HostileNames_AreEscaped()
    {
        var report = ReplayEntries.Full(Hostile) with { Models = [new ModelUse("<b>m", 1, 1, 1, 1m)], PriceVersion = "<i>" };

        var html = ReplayHtml.Render(report);

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_AnyReport_NeedsNothingFromTheNetwork()
    {
        var html = ReplayHtml.Render(ReplayEntries.Full());

        Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Render_Table_HasTheWaterfallAsPrinted()
    {
        var html = ReplayHtml.Render(ReplayEntries.Full());

        foreach (var bar in WaterfallBar.Of(FigureFormat.Rounded(ReplayEntries.Full().Usd)))
            Assert.Contains($"<td>{FigureFormat.Usd(bar.IsTotal ? bar.Amount : -bar.Amount, 4)}</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Charts_AreWellFormedAndStayInside()
    {
        foreach (var report in new[] { ReplayEntries.Full(), ReplayEntries.Report(), Dearer() })
        {
            var charts = Svg().Matches(ReplayHtml.Render(report));
            Assert.Equal(2, charts.Count);
            foreach (Match chart in charts)
            {
                var svg = XElement.Parse(chart.Value);
                var rectangles = svg.Elements("rect").ToArray();
                Assert.Equal(5, rectangles.Length);
                Assert.All(rectangles, static r => Assert.InRange((double)r.Attribute("x")! + (double)r.Attribute("width")!, 0, 540));
                Assert.All(rectangles, static r => Assert.True((double)r.Attribute("x")! >= 0 && (double)r.Attribute("width")! >= 0));
            }
        }
    }

    [Fact]
    public void Render_Projection_IsCalledOne()
    {
        Assert.Contains("projection", ReplayHtml.Render(ReplayEntries.Full()), StringComparison.Ordinal);
        Assert.DoesNotContain("A month like this", ReplayHtml.Render(ReplayEntries.Report(ReplayEntries.Live())), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Piped_HasNoEscapeCodes()
    {
        var text = Print(ReplayEntries.Full(Hostile));

        Assert.DoesNotContain('\u001b', text);
        Assert.Contains(Hostile, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_FullReport_ShowsTheWaterfallAndTheNotes()
    {
        var text = Print(ReplayEntries.Full());

        Assert.Matches(@"baseline\s+8,700\s+\$0\.0940\s+100\.0%", text);
        Assert.Matches(@"cache\s+-3,300\s+-\$0\.0420\s+-44\.7%", text);
        Assert.Matches(@"compression\s+-800\s+-\$0\.0008\s+-0\.9%", text);
        Assert.Matches(@"actual\s+4,600\s+\$0\.0296\s+31\.5%", text);
        Assert.Contains("Projection, not a measurement", text, StringComparison.Ordinal);
        Assert.Contains("Simulated", text, StringComparison.Ordinal);
        Assert.Contains("line 3", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rounded_LargeBill_ShowsCentsThatAddUp()
    {
        var usd = FigureFormat.Rounded(new MoneyWaterfall(1000.014m, 100.004m, 200.004m, 300.004m, 400.002m));

        Assert.True(usd.AddsUp);
        Assert.Equal("$1,000.01", FigureFormat.Usd(usd.Baseline, FigureFormat.Digits(usd)));
        Assert.All(WaterfallBar.Of(usd), static b => Assert.Equal(b.Amount, Math.Round(b.Amount, 2)));
    }

    private static ReplayReport Dearer() =>
        ReplayEntries.Report(ReplayEntries.Live() with { CostUsd = 0.05m, Saved = new SavingsBreakdown(0, -0.036m, 0) });

    private static string Print(ReplayReport report)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = 110;
        ReplayConsole.Write(console, report);
        return writer.ToString();
    }

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Svg();
}
