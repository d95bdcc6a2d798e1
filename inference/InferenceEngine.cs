using Microsoft.Extensions.Logging;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Inference;

/// <summary>
/// The process's models behind their lanes. Starting it never fails for a model's sake: a missing, damaged or foreign model leaves its lane
/// answering <see cref="LaneOutcome.Unavailable"/> and its reason in <see cref="Models"/>.
/// </summary>
public sealed class InferenceEngine : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _lanes = [];
    private readonly IDisposable?[] _models;
    private readonly EmbeddingModel? _embedder;
    private readonly PairVerifier? _verifier;

    private InferenceEngine(InferenceOptions options, LayersInUse layers, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<InferenceEngine>();
        var (provider, fallback) = ExecutionProviders.Choose(options.Accelerator, logger);
        var loader = new ModelLoader(options, provider, fallback, logger);

        LoadResult<EmbeddingModel>? embedder = null;
        LoadResult<PairVerifier>? verifier = null;
        LoadResult<IRouterModel>? router = null;
        LoadResult<PrunePipeline>? compressor = null;
        LoadResult<PrunePipeline>? classifier = null;
        // Each on a thread of its own that ends with it. A thread that has run int8 kernels with AMX may not serve requests: there a null reference ends
        // the process (docs/decisions/2026-11-27-on-a-gpu.md).
        SideBySide(
            () => embedder = loader.Load(
                "embedder",
                m => new EmbeddingModel(m.Onnx, m.RequiredTokenizer, m.MaxTokens, m.MaxBatch),
                m => m.Run(["ready?"], new float[1][])),
            () => verifier = LoadFor(
                layers.Cache,
                "verifier",
                m => new PairVerifier(m.Onnx, m.RequiredTokenizer, m.MaxTokens, m.MaxBatch),
                m => m.Run([new("ready?", "set?")], new float[1])),
            () => router = LoadFor(
                layers.Routing,
                "router",
                m => m.Manifest.Input == ModelManifest.TextInput ? (IRouterModel)new TextRouterModel(m) : new RouterModel(m.Onnx, m.MaxBatch),
                m => m.Run([new(new float[EmbeddingModel.Dimensions], new float[RouterModel.FeatureCount]) { Text = "ready?" }], new RouterScores[1])),
            () => compressor = LoadFor(layers.Compression, options.Compressor, PrunePipeline.Create, p => p.TryOut()),
            () => classifier = options.TokenClassifier is { } name ? LoadFor(layers.Compression, name, PrunePipeline.CreateClassifier, p => p.TryOut()) : null);

        _embedder = embedder!.Model;
        _verifier = verifier!.Model;
        Embedder = Open("embedder", _embedder, options.EmbedderLanes);
        Verifier = Open("verifier", _verifier, options.VerifierLanes);
        Router = Open("router", router!.Model, options.RouterLanes);
        Compressor = OpenPipeline("compressor", compressor!.Model);
        TokenClassifier = OpenPipeline("token classifier", classifier?.Model);
        _models = [embedder.Model, verifier.Model, router.Model, compressor.Model?.Model, classifier?.Model?.Model];
        Models = [.. new[] { embedder.Status, verifier.Status, router.Status, compressor.Status, classifier?.Status }.OfType<ModelStatus>()];
        AcceleratedLanes =
        [
            .. new[] { ("embedder", embedder.Status), ("verifier", verifier.Status), ("router", router.Status), ("compressor", compressor.Status) }
                .Where(static l => l.Item2 is { Loaded: true } && l.Item2.ExecutionProvider != ExecutionProviders.NameOf(ExecutionProvider.Cpu))
                .Select(static l => l.Item1),
        ];
        LaneModels = Manifests(static m => m.Identity);
        ModelSha256 = Manifests(static m => m.CpuSha256);
        EmbeddingModelId = embedder.Manifest?.Identity ?? "none";
        RouterReadsText = router.Model is TextRouterModel;
        RouterModelId = $"{router.Manifest?.Identity ?? "none"}/{EmbeddingModelId}";

        LoadResult<T> LoadFor<T>(bool isAsked, string name, Func<LoadedModel, T> create, Action<T> tryOut)
            where T : class => isAsked ? loader.Load(name, create, tryOut) : loader.Leave<T>(name);

        Dictionary<string, string> Manifests(Func<ModelManifest, string?> read) =>
            new (string Lane, ModelManifest? Manifest)[] { ("embedder", embedder.Manifest), ("verifier", verifier.Manifest), ("router", router.Manifest), ("compressor", compressor.Manifest) }
                .Select(l => (l.Lane, Value: l.Manifest is null ? null : read(l.Manifest)))
                .Where(static l => l.Value is not null)
                .ToDictionary(static l => l.Lane, static l => l.Value!);

        IGroupLane<TIn, TOut> Open<TIn, TOut>(string name, ILaneModel<TIn, TOut>? model, int threads)
        {
            if (model is null)
                return new UnavailableLane<TIn, TOut>(name);
            var lane = new InferenceLane<TIn, TOut>(name, model, threads, options.QueueCapacity, time, logger);
            _lanes.Add(lane);
            return lane;
        }

        IInferenceLane<PruneRequest, PruneScores> OpenPipeline(string name, PrunePipeline? pipeline)
        {
            if (pipeline is null)
                return new UnavailableLane<PruneRequest, PruneScores>(name);
            var lane = new CompressorLane(
                name, pipeline.Planner, pipeline.Model, options.CompressorLanes, options.QueueCapacity, time, logger);
            _lanes.Add(lane);
            return lane;
        }
    }

    /// <summary>Text to 384 floats of unit length.</summary>
    public IInferenceLane<string, float[]> Embedder { get; }

    /// <summary>A pair in one order to a logit; ask both orders and average them.</summary>
    public IGroupLane<TextPair, float> Verifier { get; }

    public IInferenceLane<RouterInput, RouterScores> Router { get; }

    /// <summary>A question and sentences to keep logits.</summary>
    public IInferenceLane<PruneRequest, PruneScores> Compressor { get; }

    /// <summary>Sentences to keep logits of their tokens; asked without a question.</summary>
    public IInferenceLane<PruneRequest, PruneScores> TokenClassifier { get; }

    /// <summary>One entry per model, loaded or not; without those that no layer in use asks.</summary>
    public IReadOnlyList<ModelStatus> Models { get; }

    /// <summary>Items that wait in each lane now.</summary>
    public IEnumerable<KeyValuePair<string, int>> QueueDepths =>
    [
        new("embedder", Embedder.QueueDepth), new("verifier", Verifier.QueueDepth), new("router", Router.QueueDepth), new("compressor", Compressor.QueueDepth),
        .. TokenClassifier.IsAvailable ? new[] { KeyValuePair.Create("token classifier", TokenClassifier.QueueDepth) } : [],
    ];

    /// <summary>Lanes that run on an accelerator, as it turned out and not as it was asked for: <c>embedder</c>, <c>verifier</c>, <c>router</c>, <c>compressor</c>.</summary>
    public IReadOnlyList<string> AcceleratedLanes { get; }

    /// <summary>
    /// Names the model of each lane, loaded or not, by name, version and hash prefix: the same on CPU and GPU, whose files hold the same weights. A lane
    /// whose manifest cannot be read is not among them.
    /// </summary>
    public IReadOnlyDictionary<string, string> LaneModels { get; }

    /// <summary>SHA-256 of each lane's CPU file, whichever file runs, by lane: what a policy was fitted on. Without those whose manifest cannot be read.</summary>
    public IReadOnlyDictionary<string, string> ModelSha256 { get; }

    /// <summary>
    /// Names the space of the embeddings, for the cache partition: name, version and hash prefix of the model. The same on CPU and GPU, whose
    /// files hold the same weights; "none" where no embedder's manifest can be read.
    /// </summary>
    public string EmbeddingModelId { get; }

    /// <summary>Whether the router reads the text itself and needs neither embedding nor features.</summary>
    public bool RouterReadsText { get; }

    /// <summary>Names the router's scores, for its certificate: router and embedder, each by name, version and hash prefix.</summary>
    public string RouterModelId { get; }

    /// <summary>The rule that forbids a match: by the words (<paramref name="comparison"/>), else because the models do not read both texts to their ends.</summary>
    public MatchGuardReason GuardOf(PairComparison comparison, string a, string b) =>
        comparison.Guard == MatchGuardReason.None && !ReadsWhole(a, b) ? MatchGuardReason.PairTooLong : comparison.Guard;

    // What verifier and embedder cut off they cannot tell apart. A model that is not loaded has no say.
    private bool ReadsWhole(string a, string b) =>
        _verifier?.ReadsWhole(a, b) is not false && (_embedder is not { } embedder || (embedder.ReadsWhole(a) && embedder.ReadsWhole(b)));

    private static void SideBySide(params Action[] loads) =>
        Task.WaitAll([.. loads.Select(static load => Task.Factory.StartNew(load, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);

    /// <summary>Loads the models side by side and starts the lanes.</summary>
    /// <param name="options">Where the models lie and how they run.</param>
    /// <param name="time">For deadlines.</param>
    /// <param name="loggers">Told of each model.</param>
    /// <param name="layers">Whose models are asked; default <see cref="LayersInUse.All"/>.</param>
    public static InferenceEngine Start(InferenceOptions options, TimeProvider time, ILoggerFactory loggers, LayersInUse? layers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(loggers);
        return new(options, layers ?? LayersInUse.All, time, loggers);
    }

    /// <summary>Answers what waits with <see cref="LaneOutcome.Unavailable"/>, lets the calls in work end, then frees the models.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
            await lane.DisposeAsync();
        _lanes.Clear();
        foreach (var model in _models)
            model?.Dispose();
        Array.Clear(_models);
    }
}
