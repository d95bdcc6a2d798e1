namespace OrleansLlm.Client.Pages.Charts;

/// <summary>One bar of a waterfall, between two levels.</summary>
/// <param name="Name">Stable name of the step: <c>baseline</c>, <c>cache</c>, <c>routing</c>, <c>compression</c>, <c>actual</c>.</param>
/// <param name="Amount">What the step is or saved.</param>
/// <param name="Low">Lower end of the bar.</param>
/// <param name="High">Upper end of the bar.</param>
/// <param name="IsTotal">True for the two outer bars, which stand on zero.</param>
internal sealed record WaterfallBar(string Name, decimal Amount, decimal Low, decimal High, bool IsTotal)
{
    /// <summary>The five bars of a waterfall in money.</summary>
    public static IReadOnlyList<WaterfallBar> Of(MoneyWaterfall usd)
    {
        ArgumentNullException.ThrowIfNull(usd);
        return Of(usd.Baseline, usd.Cache, usd.Routing, usd.Compression, usd.Actual);
    }

    /// <summary>The five bars of a waterfall in tokens.</summary>
    public static IReadOnlyList<WaterfallBar> Of(TokenWaterfall tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return Of(tokens.Baseline, tokens.Cache, tokens.Routing, tokens.Compression, tokens.Actual);
    }

    private static WaterfallBar[] Of(decimal baseline, decimal cache, decimal routing, decimal compression, decimal actual)
    {
        var level = baseline;
        return
        [
            new("baseline", baseline, 0, baseline, IsTotal: true),
            Step("cache", cache),
            Step("routing", routing),
            Step("compression", compression),
            new("actual", actual, 0, actual, IsTotal: true),
        ];

        WaterfallBar Step(string name, decimal saved)
        {
            var from = level;
            level -= saved;
            return new WaterfallBar(name, saved, Math.Min(from, level), Math.Max(from, level), IsTotal: false);
        }
    }
}
