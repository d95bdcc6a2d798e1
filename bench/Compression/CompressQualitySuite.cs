using System.Text.RegularExpressions;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Bench.Compression;

/// <summary>
/// What survives compression at four keep rates: all gold sentences, the share of gold words, an answer string; the shipped compressor
/// beside BM25 with a neighbour bonus, a random choice and cutting out the middle. Survival is no answer quality.
/// </summary>
internal sealed partial class CompressQualitySuite : ISuite
{
    private const string Counting = "gpt-4o";
    private const int Shuffles = 5;

    private static readonly double[] Rates = [.62, .33, .25, .10];

    private static readonly (string File, string Name)[] Sets =
    [
        ("eval.squad_packed.jsonl.gz", "squad"),
        ("eval.covidqa.jsonl.gz", "covidqa"),
        ("eval.hotpotqa.jsonl.gz", "hotpotqa"),
        ("eval.musique.jsonl.gz", "musique"),
        ("eval.evidence_inference.jsonl.gz", "evidence"),
        ("eval.qmsum.jsonl.gz", "qmsum"),
    ];

    public string Name => "compress-quality";

    public string Summary => "What survives prompt compression, beside BM25, random and truncated contexts (--data)";

    public Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        var measured = 0;
        foreach (var (file, name) in Sets)
        {
            if (context.DataFile(Path.Combine("compression", file)) is not { } path)
                continue;
            Measure(context, name, [.. EvidenceFile.Read(path)], cancellationToken);
            measured++;
        }

        if (context.DataFile(Path.Combine("compression", "eval.gsm8k_prompts.jsonl.gz")) is { } prompts)
        {
            MeasureNumbers(context, prompts);
            measured++;
        }

        return Task.FromResult(measured > 0 ? 0 : 1);
    }

    private void Measure(SuiteContext context, string set, List<EvidenceRecord> records, CancellationToken cancellationToken)
    {
        var outcomes = new (string Method, bool[] Kept, double Achieved)[records.Count][][];
        var abstained = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        Parallel.For(0, records.Count, options, r =>
        {
            var compressor = new PromptCompressor();
            var counter = new RememberingCounter(ModelTokenizer.ForModel(Counting));
            outcomes[r] = [.. Rates.Select(rate => Outcomes(compressor, counter, records[r], rate).ToArray())];
            if (outcomes[r][0][0].Achieved == 1)
                Interlocked.Increment(ref abstained);
        });
        context.Report(Name, $"{set}.ours.abstained", 100.0 * abstained / records.Count, "%", records.Count);
        for (var at = 0; at < Rates.Length; at++)
        {
            foreach (var method in outcomes[0][at].Select(o => o.Method).Distinct())
            {
                var tally = new SurvivalTally();
                for (var r = 0; r < records.Count; r++)
                {
                    foreach (var (_, kept, achieved) in outcomes[r][at].Where(o => o.Method == method))
                        tally.Add(records[r], kept, achieved, Rates[at]);
                }

                tally.Report(context, Name, $"{set}.{method}@{Rates[at]:0.00}", withRate: method == "ours");
            }
        }
    }

    private static IEnumerable<(string Method, bool[] Kept, double Achieved)> Outcomes(
        PromptCompressor compressor, RememberingCounter counter, EvidenceRecord record, double rate)
    {
        var plan = compressor.PrepareSplit(record.Question, record.Sentences, record.Starts, new CompressionSettings(KeepRate: rate), counter);
        var result = PromptCompressor.Complete(plan, null);
        // A repeat of a kept sentence is not lost.
        var texts = record.Sentences.Where((_, i) => !result.Compressed || result.KeptUnits[i]).ToHashSet(StringComparer.Ordinal);
        // Where no sentence was chosen, no rate was met or missed, though repeats may have gone.
        var achieved = result.AbstainReason == AbstainReason.None ? (double)result.TokensAfter / result.TokensBefore : 1;
        yield return ("ours", [.. record.Sentences.Select(texts.Contains)], achieved);

        int[] costs = [.. record.Sentences.Select((s, i) => counter.Count(i == 0 ? s : " " + s))];
        var total = costs.Sum();
        var budget = (int)(rate * total);
        yield return Outcome("bm25", Baselines.Bm25(record, costs, budget));
        yield return Outcome("truncate-middle", Baselines.TruncateMiddle(costs, budget));
        for (var seed = 0; seed < Shuffles; seed++)
            yield return Outcome("random", Baselines.Random(record, costs, budget, seed));

        (string Method, bool[] Kept, double Achieved) Outcome(string method, bool[] kept) =>
            (method, kept, (double)costs.Where((_, i) => kept[i]).Sum() / total);
    }

    /// <summary>
    /// Few-shot prompts. Without a question the compressor abstains; with the last shot's question it is made to choose, and a number
    /// survives with its sentence or goes with it.
    /// </summary>
    private void MeasureNumbers(SuiteContext context, string path)
    {
        var prompts = SuiteContext.ReadJsonLines(path).Select(row => row.GetProperty("prompt").GetString()!).ToList();
        var compressor = new PromptCompressor();
        var counter = ModelTokenizer.ForModel(Counting);
        var questions = prompts.ConvertAll(p => p[(p.LastIndexOf("Question:", StringComparison.Ordinal) + 9)..].Split('\n')[0]);
        Report("no-question", CompressionSettings.DefaultKeepRate, _ => "");
        foreach (var rate in Rates)
            Report("last-question", rate, i => questions[i]);

        void Report(string kind, double rate, Func<int, string> question)
        {
            int numbers = 0, kept = 0, before = 0, after = 0;
            for (var i = 0; i < prompts.Count; i++)
            {
                var plan = compressor.Prepare(question(i), prompts[i], new CompressionSettings(KeepRate: rate), counter);
                var result = PromptCompressor.Complete(plan, null);
                numbers += Number().Count(prompts[i]);
                kept += Number().Count(result.Text);
                before += result.TokensBefore;
                after += result.TokensAfter;
            }

            context.Report(Name, $"gsm8k.{kind}@{rate:0.00}.numbers-kept", 100.0 * kept / numbers, "%", numbers);
            context.Report(Name, $"gsm8k.{kind}@{rate:0.00}.tokens-kept", 100.0 * after / before, "%", before);
        }
    }

    [GeneratedRegex(@"\d+(?:[.,]\d+)*")]
    private static partial Regex Number();
}
