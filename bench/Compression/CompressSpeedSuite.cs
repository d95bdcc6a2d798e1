using System.Diagnostics;
using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Bench.Compression;

/// <summary>
/// How long compression takes by the length of the document, and how much of that a pruner model would take besides. Words decide what
/// stays, so that the shipped compressor calls no model; its time is reported for the comparison.
/// </summary>
internal sealed class CompressSpeedSuite : ISuite
{
    private const string Counting = "gpt-4o";
    private const int WarmUps = 30;
    private const int Runs = 200;

    private const int Documents = 100;

    private static readonly double[] Rates = [.62, .33, .25, .10];

    private static readonly int[] Lengths = [300, 600, 1200, 2400, 5000, 10_000, 20_000];

    public string Name => "compress-speed";

    public string Summary => "p50/p99 milliseconds of compressing documents of 300 to 20,000 tokens (--data)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        if (context.DataFile(Path.Combine("compression", "eval.evidence_inference.jsonl.gz")) is not { } path)
            return 1;
        var records = EvidenceFile.Read(path).Take(Runs).ToList();
        var counter = ModelTokenizer.ForModel(Counting);
        var compressor = new PromptCompressor();
        foreach (var length in Lengths)
        {
            var documents = records.Select((r, i) => (r.Question, Text: Document(records, i, length, counter))).ToList();
            var times = new double[Runs];
            for (var run = -WarmUps; run < Runs; run++)
            {
                var (question, text) = documents[Math.Abs(run) % documents.Count];
                var start = Stopwatch.GetTimestamp();
                PromptCompressor.Complete(compressor.Prepare(question, text, CompressionSettings.Default, counter), null);
                if (run >= 0)
                    times[run] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }

            Array.Sort(times);
            context.Report(Name, $"{length}.p50", times[Runs / 2], "ms", Runs);
            context.Report(Name, $"{length}.p99", times[Runs * 99 / 100], "ms", Runs);
            foreach (var rate in Rates)
                ReportRate(context, length, rate, documents.Take(Documents).Select(d => compressor.Prepare(d.Question, d.Text, new CompressionSettings(rate), counter)));
        }

        await using var engine = await BenchEngine.StartPrunerAsync(context, "compressor-fast", 2);
        if (engine is null)
            return 1;
        var model = new List<double>();
        foreach (var record in records.Take(Runs / 10))
        {
            var (units, question) = (Document(records, 0, 2400, counter).Split(". "), record.Question);
            var start = Stopwatch.GetTimestamp();
            await engine.PruneAsync(question, units);
            model.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        model.Sort();
        context.Report(Name, "2400.pruner-unused.p50", model[model.Count / 2], "ms", model.Count);
        return 0;
    }

    /// <summary>
    /// By how much of a document's tokens the result misses the rate. Apart are documents whose structure leaves too little of the rate for
    /// the prose, and those that repeat themselves so much that the rate is undercut before any sentence goes: no choice of sentences could
    /// meet it. A token more than two percent is rounding.
    /// </summary>
    private void ReportRate(SuiteContext context, int length, double rate, IEnumerable<CompressionPlan> plans)
    {
        var name = $"{length}@{rate:0.00}";
        List<double> misses = [0], outOfReach = [0];
        foreach (var plan in plans)
        {
            var result = PromptCompressor.Complete(plan, null);
            if (!result.Compressed || result.AbstainReason != AbstainReason.None)
                continue;
            var asked = plan.Settings.KeepRate * plan.TokensBefore;
            (Math.Abs(plan.Target.Aim - asked) > 1 ? outOfReach : misses).Add(Math.Abs(result.TokensAfter - asked) / plan.TokensBefore);
        }

        context.Report(Name, $"{name}.rate-error.max", misses.Max(), "share", misses.Count - 1);
        context.Report(Name, $"{name}.rate-error.over-two-percent", misses.Count(m => m > CompressionSettings.Tolerance + (1.0 / length)), "documents", misses.Count - 1);
        context.Report(Name, $"{name}.out-of-reach.max", outOfReach.Max(), "share", outOfReach.Count - 1);
    }

    /// <summary>Sentences of papers from the record on, in paragraphs, until they have so many tokens.</summary>
    private static string Document(List<EvidenceRecord> records, int first, int tokens, ModelTokenizer counter)
    {
        var text = new System.Text.StringBuilder();
        for (var (record, left) = (first, tokens); left > 0; record = (record + 1) % records.Count)
        {
            foreach (var (sentence, i) in records[record].Sentences.Select((s, i) => (s, i)))
            {
                text.Append(text.Length == 0 ? string.Empty : records[record].Starts.Contains(i) ? "\n\n" : " ").Append(sentence);
                left -= counter.Count(sentence) + 1;
                if (left <= 0)
                    break;
            }
        }

        return text.ToString();
    }
}
