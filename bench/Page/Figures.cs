using System.Text.Json;

namespace OrleansLlm.Bench.Page;

/// <summary>The figures of a file of JSON lines; of one that is there more than once the last.</summary>
internal sealed class Figures
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);

    public static Figures Read(string path)
    {
        var figures = new Figures();
        foreach (var line in File.ReadLines(path).Where(static l => l.StartsWith('{')))
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            figures._values[$"{root.GetProperty("suite").GetString()}.{root.GetProperty("metric").GetString()}"] = root.GetProperty("value").GetDouble();
        }

        return figures;
    }

    /// <summary>A figure by suite and metric; null where it was not measured.</summary>
    public double? this[string name] => _values.TryGetValue(name, out var value) ? value : null;
}
