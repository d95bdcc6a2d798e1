using System.Globalization;
using System.Numerics.Tensors;

namespace OrleansLlm.Bench.Compression;

/// <summary>
/// What a model says of every sentence of a record. Kept under the hashes of model and record, because scoring takes minutes and refitting seconds.
/// </summary>
internal sealed class NeuralScores(string name, string sha256, Func<EvidenceRecord, Task<float[]>> score)
{
    private readonly Dictionary<string, float[]> _known = Load(FileOf(name, sha256));

    public string Name { get; } = name;

    public static NeuralScores Pruner(BenchEngine engine, string compressor) =>
        new(compressor, engine.Sha256(compressor), record => engine.PruneAsync(record.Question, record.Sentences));

    public static NeuralScores Cosine(BenchEngine engine) => new("cosine", engine.Sha256("embedder"), async record =>
    {
        var question = await engine.EmbedAsync(record.Question);
        var cosines = new float[record.Sentences.Count];
        for (var i = 0; i < cosines.Length; i++)
        {
            var sentence = await engine.EmbedAsync(record.Sentences[i]);
            cosines[i] = TensorPrimitives.Dot(question, sentence);
        }

        return cosines;
    });

    public async Task<float[]> ScoreAsync(EvidenceRecord record)
    {
        var key = TrainingSets.Hash(record.Question + "\n" + string.Join('\n', record.Sentences)).ToString("x16", CultureInfo.InvariantCulture);
        if (_known.TryGetValue(key, out var known))
            return known;
        var scores = await score(record);
        var path = FileOf(Name, sha256);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.AppendAllTextAsync(path, key + " " + string.Join(' ', scores.Select(s => s.ToString("R", CultureInfo.InvariantCulture))) + "\n");
        _known[key] = scores;
        return scores;
    }

    private static string FileOf(string name, string sha256) => Path.Combine(BenchEngine.ScoresFolder, $"{name}-{sha256[..12]}.sentences");

    private static Dictionary<string, float[]> Load(string path)
    {
        var known = new Dictionary<string, float[]>(StringComparer.Ordinal);
        if (!File.Exists(path))
            return known;
        foreach (var line in File.ReadLines(path))
        {
            var parts = line.Split(' ');
            known[parts[0]] = [.. parts.Skip(1).Select(p => float.Parse(p, CultureInfo.InvariantCulture))];
        }

        return known;
    }
}
