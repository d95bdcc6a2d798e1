using System.Text.Json;
using OrleansLlm.Bench.Routing.Baselines;

namespace OrleansLlm.Bench.Routing;

/// <summary>Whether routers know which questions need the strong model: APGR on RouteLLM's sets, each beside what simpler means reach.</summary>
internal sealed class GapReport(SuiteContext context, string suite)
{
    private const int Resamples = 200;
    private const int Neighbours = 80;

    // A subject's mean counts as if this many questions of the average gain belonged to it.
    private const double Shrinkage = 20;

    /// <summary>One router's figures: APGR with its bootstrap interval, and the calls for half and four fifths of the gap.</summary>
    public void Report(string metric, IReadOnlyList<RoutedText> rows, Func<RoutedText, double> score)
    {
        var scored = rows.Select(r => (Score: score(r), Grades: RouterData.Grades(r.Row))).Select(r => (r.Score, r.Grades.Strong, r.Grades.Weak)).ToList();
        var random = new Random(31);
        var curve = RoutingCurve.Of(scored, random);
        var resampled = Enumerable.Range(0, Resamples)
            .Select(_ => RoutingCurve.Of([.. scored.Select(_ => scored[random.Next(scored.Count)])], random).AveragePerformanceGap)
            .Order().ToList();
        context.Report(suite, $"{metric}.apgr", curve.AveragePerformanceGap, "share", rows.Count);
        context.Report(suite, $"{metric}.apgr-low", resampled[(int)(0.025 * Resamples)], "share", rows.Count);
        context.Report(suite, $"{metric}.apgr-high", resampled[(int)(0.975 * Resamples)], "share", rows.Count);
        context.Report(suite, $"{metric}.cpt50", curve.CallsFor(0.5), "%", rows.Count);
        context.Report(suite, $"{metric}.cpt80", curve.CallsFor(0.8), "%", rows.Count);
    }

    /// <summary>Published figures of a set, to stand beside ours.</summary>
    public void ReportPublished(string set, int rows)
    {
        foreach (var (router, apgr) in PublishedRouters.Of(set))
            context.Report(suite, $"{set}.published.{router}.apgr", apgr, "share", rows);
    }

    /// <summary>MMLU in domain: fitted to the golden questions of each of ten seeds, tested on all others; mean and deviation.</summary>
    public void ReportAdapted(IReadOnlyList<RoutedText> rows, string splits)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(splits));
        var figures = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        foreach (var seed in document.RootElement.GetProperty("seeds").EnumerateObject())
        {
            var golden = seed.Value.EnumerateArray().Select(id => id.ToString()).ToHashSet(StringComparer.Ordinal);
            var fitted = rows.Where(r => golden.Contains(r.Row.GetProperty("id").ToString())).ToList();
            var tested = rows.Where(r => RouterData.IsClean(r.Row) && !golden.Contains(r.Row.GetProperty("id").ToString())).ToList();
            var labelled = fitted.ConvertAll(r => (r, IsSimple: Gain(r) <= 0));
            Add("linear", tested, new LinearRouter(labelled).Score);
            Add("n-gram", tested, new NgramRouter(labelled).Score);
            Add("nearest", tested, new NearestRouter(fitted.ConvertAll(r => (r, Gain(r))), Neighbours).Score);
            var all = fitted.Average(Gain);
            var subjects = fitted.GroupBy(Subject).ToDictionary(g => g.Key, g => (g.Sum(Gain) + (Shrinkage * all)) / (g.Count() + Shrinkage), StringComparer.Ordinal);
            Add("subject-mean", tested, r => subjects.GetValueOrDefault(Subject(r), all));
            Add("length", tested, r => r.Text.Length);
        }

        foreach (var (name, values) in figures)
        {
            var mean = values.Average();
            context.Report(suite, $"mmlu-golden.{name}.apgr", mean, "share", values.Count);
            context.Report(suite, $"mmlu-golden.{name}.apgr-sd", Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1)), "share", values.Count);
        }

        void Add(string name, List<RoutedText> tested, Func<RoutedText, double> score)
        {
            if (!figures.TryGetValue(name, out var values))
                figures[name] = values = [];
            var random = new Random(31);
            values.Add(RoutingCurve.Of(
                [.. tested.Select(r => (Score: score(r), Grades: RouterData.Grades(r.Row))).Select(r => (r.Score, r.Grades.Strong, r.Grades.Weak))], random).AveragePerformanceGap);
        }
    }

    private static string Subject(RoutedText row) => row.Row.GetProperty("subject").GetString()!;

    private static double Gain(RoutedText row)
    {
        var (strong, weak) = RouterData.Grades(row.Row);
        return strong - weak;
    }
}
