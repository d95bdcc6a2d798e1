using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansLlm.Core;
using OrleansLlm.Inference;
using OrleansLlm.Inference.Tokenization;

namespace OrleansLlm.Bench.Inference;

/// <summary>
/// Time of one call of each model by length, through the lanes as the product runs them, and of a long prompt; then what comes out a second when many ask at
/// once. Figures of an accelerator have its name before theirs.
/// </summary>
internal sealed class InferenceSuite : ISuite
{
    private const int LongPromptTokens = 2400;
    private const int WarmUpCalls = 20;
    private const int Calls = 300;
    private const int Askers = 64;
    private const int PromptAskers = 8;

    private static readonly TimeSpan s_crowd = TimeSpan.FromSeconds(3);

    private static readonly int[] s_lengths = [16, 32, 64, 128, 256];

    public string Name => "inference";

    public string Summary => "p50/p99 milliseconds and calls a second per model and token length, through the lanes (--accelerator)";

    public async Task<int> RunAsync(SuiteContext context, CancellationToken cancellationToken)
    {
        using var loggers = LoggerFactory.Create(_ => { });
        foreach (var compressor in new[] { "compressor-fast", "compressor" })
        {
            var options = new InferenceOptions { ModelsDirectory = context.ModelsDirectory, Accelerator = context.Accelerator, Compressor = compressor };
            var start = Stopwatch.GetTimestamp();
            await using var engine = InferenceEngine.Start(options, TimeProvider.System, loggers);
            var loading = Stopwatch.GetElapsedTime(start);
            foreach (var model in engine.Models.Where(model => !model.Loaded))
            {
                Console.Error.WriteLine(model.Problem);
                return 1;
            }

            if (context.Accelerator != Accelerator.Cpu && !engine.AcceleratedLanes.Contains("embedder"))
            {
                Console.Error.WriteLine($"{context.Accelerator} was asked for and the embedder runs on {engine.Models[0].ExecutionProvider}: doctor says why");
                return 1;
            }

            if (compressor == "compressor-fast")
            {
                context.Report(Name, Prefix(context) + "load_all_models", loading.TotalMilliseconds, "ms", 1);
                MeasureTokenizer(context);
                await MeasureSmallModelsAsync(context, engine, cancellationToken);
            }

            await MeasureCompressorAsync(context, engine, compressor, cancellationToken);
        }

        return 0;
    }

    private void MeasureTokenizer(SuiteContext context)
    {
        using var reader = new StreamReader(Path.Combine(context.ModelsDirectory, "vocab.txt"));
        var tokenizer = new WordPieceTokenizer(WordPieceVocabulary.Read(reader));
        using var tokens = new TokenBuffer();
        var text = Words(LongPromptTokens);
        var times = new double[Calls];
        for (var i = -WarmUpCalls; i < Calls; i++)
        {
            tokens.Clear();
            var start = Stopwatch.GetTimestamp();
            tokenizer.Tokenize(text, tokens);
            if (i >= 0)
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Report(context, $"tokenizer_{tokens.Count}_tokens", times);
    }

    private async Task MeasureSmallModelsAsync(SuiteContext context, InferenceEngine engine, CancellationToken cancellationToken)
    {
        foreach (var length in s_lengths)
        {
            var text = Words(length - 2);
            await MeasureAsync(context, $"embedder_{length}_tokens", Calls, () => RunAsync(engine.Embedder, text), cancellationToken);
            await CrowdAsync(context, $"embedder_{length}_tokens", Askers, () => RunAsync(engine.Embedder, text), cancellationToken);
        }

        foreach (var length in s_lengths.Where(length => length <= 128))
        {
            var pair = new TextPair(Words((length - 3) / 2), Words(length - 3 - (length - 3) / 2));
            await MeasureAsync(context, $"verifier_{length}_tokens", Calls, () => RunAsync(engine.Verifier, pair), cancellationToken);
            var reverse = new TextPair(pair.B, pair.A);
            await MeasureAsync(
                context,
                $"verifier_{length}_tokens_both_orders",
                Calls,
                () => Task.WhenAll(RunAsync(engine.Verifier, pair), RunAsync(engine.Verifier, reverse)),
                cancellationToken);
            await CrowdAsync(context, $"verifier_{length}_tokens", Askers, () => RunAsync(engine.Verifier, pair), cancellationToken);
        }

        var embedding = (await engine.Embedder.RunAsync(Words(20), Deadline.Never)).Value!;
        var input = new RouterInput(embedding, new float[12]);
        await MeasureAsync(context, "router", Calls * 4, () => RunAsync(engine.Router, input), cancellationToken);
    }

    private async Task MeasureCompressorAsync(SuiteContext context, InferenceEngine engine, string name, CancellationToken cancellationToken)
    {
        // 12 question tokens, so a window holds 241 of text: 20 sentences of 12 fill one.
        var question = Words(12);
        var window = new PruneRequest(question, [.. Enumerable.Repeat(Words(12), 20)]);
        await MeasureAsync(context, $"{name}_window", Calls / 3, () => RunAsync(engine.Compressor, window), cancellationToken);
        var prompt = new PruneRequest(question, [.. Enumerable.Repeat(Words(20), LongPromptTokens / 20)]);
        await MeasureAsync(context, $"{name}_{LongPromptTokens}_tokens", Calls / 10, () => RunAsync(engine.Compressor, prompt), cancellationToken);
        await CrowdAsync(context, $"{name}_{LongPromptTokens}_tokens", PromptAskers, () => RunAsync(engine.Compressor, prompt), cancellationToken);
    }

    private async Task MeasureAsync(SuiteContext context, string metric, int calls, Func<Task> call, CancellationToken cancellationToken)
    {
        // The first of its length is where an accelerator looks for its kernels.
        var first = Stopwatch.GetTimestamp();
        await call();
        context.Report(Name, Prefix(context) + metric + "_first", Stopwatch.GetElapsedTime(first).TotalMilliseconds, "ms", 1);
        for (var i = 0; i < Math.Min(WarmUpCalls, calls / 3); i++)
            await call();
        var times = new double[calls];
        for (var i = 0; i < calls; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = Stopwatch.GetTimestamp();
            await call();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Report(context, metric, times);
    }

    private async Task CrowdAsync(SuiteContext context, string metric, int askers, Func<Task> call, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, askers).Select(_ => Task.Run(
            async () =>
            {
                var count = 0L;
                for (; Stopwatch.GetElapsedTime(start) < s_crowd; count++)
                    await call();
                return count;
            },
            cancellationToken)));
        var elapsed = Stopwatch.GetElapsedTime(start);
        context.Report(Name, $"{Prefix(context)}{metric}_c{askers}", counts.Sum() / elapsed.TotalSeconds, "/s", counts.Sum());
    }

    private static string Prefix(SuiteContext context) => context.Accelerator == Accelerator.Cpu ? string.Empty : context.Accelerator.ToString().ToLowerInvariant() + "_";

    private void Report(SuiteContext context, string metric, double[] times)
    {
        Array.Sort(times);
        metric = Prefix(context) + metric;
        context.Report(Name, metric + "_p50", times[times.Length / 2], "ms", times.Length);
        context.Report(Name, metric + "_p99", times[times.Length * 99 / 100], "ms", times.Length);
    }

    private static async Task RunAsync<TIn, TOut>(IInferenceLane<TIn, TOut> lane, TIn input)
    {
        var result = await lane.RunAsync(input, Deadline.Never);
        if (!result.IsCompleted)
            throw new InvalidOperationException($"{lane.Name} answered {result.Outcome}");
    }

    // Each of these words is one token of the vocabulary.
    private static string Words(int count)
    {
        string[] words = ["where", "is", "the", "new", "card", "that", "my", "bank", "sent", "last", "week"];
        return string.Join(' ', Enumerable.Range(0, count).Select(i => words[i % words.Length]));
    }
}
