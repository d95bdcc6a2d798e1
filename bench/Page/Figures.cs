using System.Text.Json;
using OrleansLlm.Bench.Load;

namespace OrleansLlm.Bench.Page;

/// <summary>The figures of a file of JSON lines; of one that is there more than once, from several runs of its suite, the median.</summary>
internal sealed class Figures
{
    private readonly Dictionary<string, List<double>> _values = new(StringComparer.Ordinal);

    public static Figures Read(string path)
    {
        var figures = new Figures();
        foreach (var line in File.ReadLines(path).Where(static l => l.StartsWith('{')))
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var name = $"{root.GetProperty("suite").GetString()}.{root.GetProperty("metric").GetString()}";
            if (!figures._values.TryGetValue(name, out var runs))
                figures._values[name] = runs = [];
            runs.Add(root.GetProperty("value").GetDouble());
        }

        return figures;
    }

    /// <summary>A figure by suite and metric; null where it was not measured.</summary>
    public double? this[string name] => _values.TryGetValue(name, out var runs) ? Rounds.Of(runs) : null;

    /// <summary>How often one figure holds another, of two that were taken in turn: the median of what each run says, since runs differ by more than their ratios.</summary>
    public double? Ratio(string name, string over) =>
        Runs(name).Count > 0 && Runs(name).Count == Runs(over).Count ? Rounds.Of(Runs(name).Zip(Runs(over), static (a, b) => a / b)) : null;

    /// <summary>What each run of the suite said of it, in their order.</summary>
    public IReadOnlyList<double> Runs(string name) => _values.GetValueOrDefault(name) ?? [];
}
