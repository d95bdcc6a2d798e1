using Microsoft.Extensions.Logging.Abstractions;
using OrleansLlm.Core;
using OrleansLlm.Core.Caching;
using OrleansLlm.Inference;

namespace OrleansLlm.Bench;

/// <summary>The shipped models, as the product runs them, for suites that measure quality.</summary>
internal sealed class BenchEngine : IAsyncDisposable
{
    private readonly InferenceEngine _engine;

    /// <summary>
    /// Where what models said is kept between runs, since saying it takes minutes. It goes by the code that ran them too: a setting of ONNX Runtime
    /// moves scores as another model does.
    /// </summary>
    public static string ScoresFolder { get; } =
        Path.Combine(Path.GetTempPath(), "orleansllm-bench", typeof(InferenceEngine).Module.ModuleVersionId.ToString("N")[..12]);

    private BenchEngine(InferenceEngine engine) => _engine = engine;

    /// <summary>Starts the models, or says on standard error which of those needed is missing and returns null.</summary>
    public static Task<BenchEngine?> StartAsync(SuiteContext context, params string[] needed) =>
        StartAsync(context, new InferenceOptions { ModelsDirectory = context.ModelsDirectory, Accelerator = context.Accelerator }, needed);

    /// <summary>The same with another compressor than the default one.</summary>
    /// <param name="context">Names the folder of the models.</param>
    /// <param name="compressor">Folder name of the compressor.</param>
    /// <param name="threads">Threads that score its windows.</param>
    public static Task<BenchEngine?> StartPrunerAsync(SuiteContext context, string compressor, int threads) =>
        StartAsync(
            context,
            new InferenceOptions { ModelsDirectory = context.ModelsDirectory, Accelerator = context.Accelerator, Compressor = compressor, CompressorLanes = threads },
            [compressor]);

    private static async Task<BenchEngine?> StartAsync(SuiteContext context, InferenceOptions options, string[] needed)
    {
        var engine = InferenceEngine.Start(options, TimeProvider.System, NullLoggerFactory.Instance);
        var missing = engine.Models.Where(m => !m.Loaded && needed.Contains(m.Name)).ToList();
        if (missing.Count == 0)
            return new(engine);
        foreach (var model in missing)
            Console.Error.WriteLine($"{model.Name} is not loaded ({model.Problem}); --models names the folder of the models");
        await engine.DisposeAsync();
        return null;
    }

    /// <summary>Names the space of the embeddings.</summary>
    public string EmbeddingModelId => _engine.EmbeddingModelId;

    /// <summary>SHA-256 of the model file that runs.</summary>
    public string Sha256(string model) => _engine.Models.First(m => m.Name == model).Sha256;

    public Task<float[]> EmbedAsync(string text) => Run(_engine.Embedder, text);

    /// <summary>The rule that forbids a match, as the cache finds it.</summary>
    public MatchGuardReason GuardOf(PairComparison comparison, string a, string b) => _engine.GuardOf(comparison, a, b);

    /// <summary>The verifier's mean logit over both orders.</summary>
    public async Task<double> VerifyAsync(string a, string b)
    {
        var forward = Run(_engine.Verifier, new TextPair(a, b));
        var backward = Run(_engine.Verifier, new TextPair(b, a));
        return ((double)await forward + await backward) / 2;
    }

    public Task<RouterScores> RouteAsync(float[] embedding, float[] features) => Run(_engine.Router, new RouterInput(embedding, features));

    /// <summary>One keep logit a sentence.</summary>
    public async Task<float[]> PruneAsync(string question, IReadOnlyList<string> sentences) =>
        (await Run(_engine.Compressor, new PruneRequest(question, sentences))).SentenceLogits;

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private static async Task<TOut> Run<TIn, TOut>(IInferenceLane<TIn, TOut> lane, TIn input)
    {
        var result = await lane.RunAsync(input, Deadline.Never);
        return result.IsCompleted ? result.Value : throw new InvalidOperationException($"the {lane.Name} lane answered {result.Outcome}");
    }
}
