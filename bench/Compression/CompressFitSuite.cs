using System.Security.Cryptography;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Bench.Compression;

/// <summary>
/// Fits the compressor's mixture on the training files, first the features of words, then, on a sample, the weight of a model's
/// scores beside them. A part that does not help on held-out training records is left out. The cosine of the embedder is measured
/// too, though the product does not ask for it.
/// </summary>
internal sealed class CompressFitSuite : ISuite
{
    private const string MixturePath = "core/Compression/mixture.json";
    private const string Counting = "gpt-4o";

    // Gain on the held-out records that a model must bring to be worth its time. Above what chance brings (.005 on such a sample),
    // because the pruner was trained on these very files: what it gains here flatters it.
    private const double ModelGain = .01;
    // Records of each set. Conversations have too many turns for a model.
    private const int Sample = 30;

    private static readonly int BestMatch = SentenceFeatures.Names.IndexOf("bm25");

    public string Name => "compress-fit";

    public string Summary => "Fits the compressor's mixture and writes " + MixturePath + " (run in the repository's root; --data)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        if (!File.Exists(MixturePath))
        {
            await Console.Error.WriteLineAsync($"{MixturePath} is not there: run this suite in the repository's root");
            return 1;
        }

        string?[] paths = [.. TrainingSets.Files.Select(f => context.DataFile(Path.Combine("compression", f)))];
        if (paths.Contains(null))
            return 1;
        await using var engine = await BenchEngine.StartPrunerAsync(context, "compressor-fast", 1);
        if (engine is null)
            return 1;
        var sets = TrainingSets.Build(paths!);
        NeuralScores[] models = [NeuralScores.Pruner(engine, "compressor-fast"), NeuralScores.Cosine(engine)];
        var heldOut = new Dictionary<string, double>(StringComparer.Ordinal);
        var prose = await FitAsync("prose", [.. sets.Where(s => !s.IsTranscript)], models, context, heldOut);
        var transcript = await FitAsync("transcript", [.. sets.Where(s => s.IsTranscript)], [], context, heldOut);
        var data = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            await using var stream = File.OpenRead(path!);
            data[Path.GetFileName(path!)] = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        }

        const string method = "Coordinate ascent on smoothed survival of all gold sentences at keep .62/.33/.25/.10,"
            + " three fifths of the articles, sites and meetings; features without which the other two fifths do as well are left out,"
            + " and so are the models. heldOut: the objective on those two fifths.";
        await using (var output = File.Create(MixturePath))
        {
            MixtureFile.Write(output, new MixtureFile(
                MixtureFile.CurrentVersion, SentenceFeatures.Names, prose, transcript, new MixtureProvenance(data, method, heldOut)));
        }

        return 0;
    }

    private async Task<MixtureWeights> FitAsync(
        string kind, TrainingSet[] sets, NeuralScores[] models, SuiteContext context, Dictionary<string, double> heldOut)
    {
        var records = new List<(TrainingSet Set, IReadOnlyList<FitRecord> Records)>();
        foreach (var set in sets)
            records.Add((set, await PrepareAsync(set.Records, null)));
        var fit = Objective(records, inFit: true);
        var test = Objective(records, inFit: false);
        var count = SentenceFeatures.Names.Length;
        var weights = new double[count];
        weights[BestMatch] = 1;
        Note($"{kind}.bm25", test.Set(weights), test.Count);
        // Some features are of the other kind of context only. Of documents BM25 keeps weight 1: with each set left out in turn that costs
        // nothing, and the words of a trade are in no training set.
        int[] free = [.. Enumerable.Range(0, count).Where(f => (f != BestMatch || kind == "transcript") && records.Exists(s => s.Records.Any(r => r.Columns[f].Any(v => v != 0))))];
        MixtureFitter.Climb(fit, weights, free);
        weights = MixtureFitter.Prune(fit, test, weights, free);
        Note($"{kind}.words", test.Set(weights), test.Count);
        double[] bare = [.. weights.Select((_, f) => f == BestMatch ? 1.0 : 0)];
        foreach (var (set, own) in records)
        {
            var one = Objective([(set, own)], inFit: false);
            Note($"{kind}.{set.Name}.bm25", one.Set(bare), one.Count);
            Note($"{kind}.{set.Name}.words", one.Set(weights), one.Count);
        }

        var pruner = 0d;
        foreach (var model in models)
        {
            records.Clear();
            foreach (var set in sets)
                records.Add((set, await PrepareAsync([.. set.Records.Take(Sample)], model)));
            test = Objective(records, inFit: false);
            double[] with = [.. weights, 0];
            var without = test.Set(with);
            MixtureFitter.Climb(Objective(records, inFit: true), with, [count]);
            var gain = test.Set(with) - without;
            Note($"{kind}.{model.Name}.gain", gain, test.Count);
            context.Report(Name, $"{kind}.{model.Name}.weight", with[count], "weight", test.Count);
            // A negative weight fits chance.
            if (model.Name == "compressor-fast" && with[count] > 0 && gain >= ModelGain)
                pruner = with[count];
        }

        for (var f = 0; f < count; f++)
            context.Report(Name, $"{kind}.weight.{SentenceFeatures.Names[f]}", weights[f], "weight", fit.Count);
        return new MixtureWeights(weights, pruner);

        void Note(string name, double value, int n)
        {
            heldOut[name] = Math.Round(value, 4);
            context.Report(Name, "heldout." + name, value, "objective", n);
        }
    }

    private static async Task<IReadOnlyList<FitRecord>> PrepareAsync(IReadOnlyList<EvidenceRecord> records, NeuralScores? model)
    {
        var compressor = new PromptCompressor();
        var counter = ModelTokenizer.ForModel(Counting);
        var prepared = new List<FitRecord>();
        foreach (var record in records)
        {
            var scores = model is null ? null : await model.ScoreAsync(record);
            if (FitRecord.Create(record, compressor, counter, scores) is { } usable)
                prepared.Add(usable);
        }

        return prepared;
    }

    private static MixtureObjective Objective(IEnumerable<(TrainingSet Set, IReadOnlyList<FitRecord> Records)> sets, bool inFit) =>
        new(sets.Select(s => (IReadOnlyList<FitRecord>)[.. s.Records.Where(r => r.InFit == inFit)]));
}
