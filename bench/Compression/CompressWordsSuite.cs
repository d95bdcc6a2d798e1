using System.Numerics.Tensors;
using OrleansLlm.Core.Compression;

namespace OrleansLlm.Bench.Compression;

/// <summary>
/// Makes the compressor's word vectors: the embedder reads every whole word of its vocabulary, and what is common to all words and the
/// strongest axes, which tell frequent words from rare ones rather than meanings (Mu and Viswanath 2018), are taken off.
/// </summary>
internal sealed class CompressWordsSuite : ISuite
{
    private const string VectorsPath = "core/Compression/word-vectors.bin";
    private const int AxesDropped = 2;
    private const int AtOnce = 32;

    public string Name => "compress-words";

    public string Summary => "Makes the compressor's word vectors and writes " + VectorsPath + " (run in the repository's root)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        var vocabulary = Path.Combine(context.ModelsDirectory, "vocab.txt");
        await using var engine = await BenchEngine.StartAsync(context, "embedder");
        if (engine is null)
            return 1;
        // In the vocabulary's order, frequent words first: of words with one stem the most frequent stands for all.
        var words = File.ReadLines(vocabulary)
            .Where(word => word.Length > 1 && word.All(char.IsAsciiLetterLower))
            .DistinctBy(WordVectors.Key)
            .ToList();
        var vectors = new List<double[]>();
        foreach (var batch in words.Chunk(AtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var vector in await Task.WhenAll(batch.Select(engine.EmbedAsync)))
                vectors.Add(Array.ConvertAll(vector, value => (double)value));
        }

        var mean = new double[vectors[0].Length];
        foreach (var vector in vectors)
            TensorPrimitives.MultiplyAdd(vector, 1.0 / vectors.Count, mean, mean);
        foreach (var vector in vectors)
            TensorPrimitives.Subtract(vector, mean, vector);
        var axes = PrincipalAxes.Of(vectors, AxesDropped + WordVectors.Dimensions)[AxesDropped..];
        await using (var output = File.Create(VectorsPath))
            WordVectors.Write(output, [.. words.Select((word, i) => (word, Quantise(Array.ConvertAll(axes, axis => TensorPrimitives.Dot<double>(axis, vectors[i])))))]);
        context.Report(Name, "words", words.Count, "words", words.Count);
        return 0;
    }

    private static sbyte[] Quantise(double[] vector)
    {
        var scale = sbyte.MaxValue / Math.Max(1e-9, vector.Max(Math.Abs));
        return Array.ConvertAll(vector, value => (sbyte)Math.Round(value * scale));
    }
}
