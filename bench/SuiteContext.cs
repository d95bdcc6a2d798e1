using System.IO.Compression;
using System.Text.Json;
using OrleansLlm.Inference;

namespace OrleansLlm.Bench;

/// <summary>Where a suite finds its data and says its figures.</summary>
internal sealed class SuiteContext(string? dataDirectory, string modelsDirectory, TextWriter output)
{
    /// <summary>The models shipped with the product.</summary>
    public string ModelsDirectory { get; } = modelsDirectory;

    /// <summary>Where the models are asked to run.</summary>
    public Accelerator Accelerator { get; init; } = Accelerator.Cpu;

    /// <summary>How long a suite that takes any time runs. Default 10.</summary>
    public double Minutes { get; init; } = 10;

    /// <summary>Requests a second of a suite that takes any rate; null where it finds its own.</summary>
    public double? Rate { get; init; }

    /// <summary>Where Portkey's gateway was installed by npm; null where it was not.</summary>
    public string? PortkeyDirectory { get; init; }

    /// <summary>What other suites printed; null where none was named.</summary>
    public string? ResultsFile { get; init; }

    /// <summary>Prints text.</summary>
    public void Write(string text) => output.Write(text);

    /// <summary>Prints one figure as one JSON line.</summary>
    public void Report(string suite, string metric, double value, string unit, long n) =>
        output.WriteLine(JsonSerializer.Serialize(new { suite, metric, value = Math.Round(value, 6), unit, n }));

    /// <summary>The file under <c>--data</c>, or null (with a word on standard error) where it is absent.</summary>
    public string? DataFile(string relativePath)
    {
        if (dataDirectory is null)
        {
            Console.Error.WriteLine($"skipped: {relativePath} needs --data DIR (the evaluation data are not part of the repository)");
            return null;
        }

        var path = Path.Combine(dataDirectory, relativePath);
        if (File.Exists(path))
            return path;
        Console.Error.WriteLine($"skipped: {path} is not there");
        return null;
    }

    /// <summary>The objects of a gzipped JSON-lines file, in order.</summary>
    public static IEnumerable<JsonElement> ReadJsonLines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0)
                continue;
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }
}
