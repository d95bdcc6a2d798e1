namespace OrleansLlm.Bench.Load;

/// <summary>Figures of rounds that took turns; the median says the figure.</summary>
internal sealed class Rounds
{
    private readonly Dictionary<string, (List<double> Values, string Unit, long Count)> _figures = new(StringComparer.Ordinal);

    public void Add(string metric, double value, string unit, long count)
    {
        if (!_figures.TryGetValue(metric, out var figure))
            _figures[metric] = figure = ([], unit, 0);
        figure.Values.Add(value);
        _figures[metric] = figure with { Count = figure.Count + count };
        // How far rounds lie apart says how far the median may be trusted; and a suite of minutes is not silent.
        Console.Error.WriteLine(FormattableString.Invariant($"round {figure.Values.Count}: {metric} {value:0.###} {unit}"));
    }

    /// <summary>One line a figure: the median of its rounds.</summary>
    public void Report(SuiteContext context, string suite)
    {
        foreach (var (metric, (values, unit, count)) in _figures)
            context.Report(suite, metric, Of(values), unit, count);
    }

    /// <summary>The middle, or between the two middles.</summary>
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
