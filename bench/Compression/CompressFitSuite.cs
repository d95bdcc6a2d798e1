using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Bench.Compression;

internal sealed class CompressFitSuite : ISuite
{
    public string Name => "compress-fit";

    public string Summary => "Fits the compressor's mixture on the training files and writes core/Compression/mixture.json (--data)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        var sets = TrainingSets.Build([.. TrainingSets.Files.Select(f => context.DataFile(Path.Combine("compression", f))!)]);
        var counter = ModelTokenizer.ForModel("gpt-4o");
        var compressor = new PromptCompressor();
        var names = SentenceFeatures.Names;
        var fast = (await BenchEngine.StartPrunerAsync(context, "compressor-fast", 1))!;
        var full = (await BenchEngine.StartPrunerAsync(context, "compressor", 1))!;
        var scorers = new[] { NeuralScores.Pruner(fast, "compressor-fast"), NeuralScores.Pruner(full, "compressor"), NeuralScores.Cosine(fast) };
        foreach (var transcript in new[] { false, true })
        {
            var w = System.Diagnostics.Stopwatch.StartNew();
            var recs = sets.Where(s => s.ByGoldWords == transcript).Select(s => (s.Name, s.ByGoldWords, Recs: s.Records.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(r => FitRecord.Create(r, compressor, counter)).OfType<FitRecord>().ToList())).ToList();
            Console.Error.WriteLine($"prepared {w.Elapsed.TotalSeconds:0.0}s");
            var fit = new MixtureObjective(recs.Select(s => ((IReadOnlyList<FitRecord>)[.. s.Recs.Where(r => r.InFit)], s.ByGoldWords)));
            var held = new MixtureObjective(recs.Select(s => ((IReadOnlyList<FitRecord>)[.. s.Recs.Where(r => !r.InFit)], s.ByGoldWords)));
            var weights = new double[names.Count];
            weights[0] = 1; weights[1] = .3;
            Console.Error.WriteLine($"n {fit.Count}/{held.Count} bm25 fit {fit.Set(weights):0.0000} held {held.Set(weights):0.0000}");
            var free = Enumerable.Range(1, names.Count - 1).ToList();
            MixtureFitter.Climb(fit, weights, free);
            Console.Error.WriteLine($"{w.Elapsed.TotalSeconds:0.0}s all fit {fit.Set(weights):0.0000} held {held.Set(weights):0.0000} " + string.Join(' ', names.Zip(weights, (n, x) => $"{n}={x:0.00}")));
            weights = MixtureFitter.Prune(fit, held, weights, free, 0.0003);
            Console.Error.WriteLine($"{w.Elapsed.TotalSeconds:0.0}s pruned fit {fit.Set(weights):0.0000} held {held.Set(weights):0.0000} " + string.Join(' ', names.Zip(weights, (n, x) => $"{n}={x:0.00}")));
            foreach (var scorer in scorers)
            {
                var nrecs = new List<(string Name, bool B, List<FitRecord> R)>();
                foreach (var s in sets.Where(s => s.ByGoldWords == transcript))
                {
                    var l = new List<FitRecord>();
                    foreach (var r in s.Records.Take(s.ByGoldWords ? 30 : 120))
                    {
                        if (FitRecord.Create(r, compressor, counter, await scorer.ScoreAsync(r)) is { } fr)
                            l.Add(fr);
                    }

                    nrecs.Add((s.Name, s.ByGoldWords, l));
                }

                var f1 = new MixtureObjective(nrecs.Select(s => ((IReadOnlyList<FitRecord>)[.. s.R.Where(r => r.InFit)], s.B)));
                var h1 = new MixtureObjective(nrecs.Select(s => ((IReadOnlyList<FitRecord>)[.. s.R.Where(r => !r.InFit)], s.B)));
                double[] w0 = [.. weights, 0];
                double[] w1 = [.. w0];
                MixtureFitter.Climb(f1, w1, [names.Count]);
                Console.Error.WriteLine($"{scorer.Name} n {f1.Count}/{h1.Count} weight {w1[^1]:0.00} fit {f1.Set(w0):0.0000} -> {f1.Set(w1):0.0000} held {h1.Set(w0):0.0000} -> {h1.Set(w1):0.0000}");
                foreach (var s in nrecs)
                {
                    var one = new MixtureObjective([([.. s.R.Where(r => !r.InFit)], s.B)]);
                    Console.Error.WriteLine($"     {s.Name} n {one.Count} {one.Set(w0):0.0000} -> {one.Set(w1):0.0000}");
                }
            }

            foreach (var s in recs)
            {
                var one = new MixtureObjective([([.. s.Recs.Where(r => !r.InFit)], s.ByGoldWords)]);
                var b = new double[names.Count]; b[0] = 1; b[1] = .3;
                Console.Error.WriteLine($"  {s.Name} n {one.Count} bm25 {one.Set(b):0.0000} fitted {one.Set(weights):0.0000}");
            }
        }
        return 0;
    }
}
