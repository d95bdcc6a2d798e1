using Microsoft.ML.OnnxRuntime;

namespace OrleansLlm.Inference;

/// <summary>A loaded graph. Several threads may run it at once; each call runs on its caller's thread (and IntraOpThreads - 1 more).</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();

    private OnnxModel(InferenceSession session) => _session = session;

    /// <param name="graph">The file's bytes.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="provider">Where it runs.</param>
    /// <param name="intraOpThreads">Threads inside one call.</param>
    /// <param name="unsignedWeights">Whether int8 weights are turned into u8, whose kernels are exact on every processor.</param>
    /// <exception cref="ModelRefusedException">ONNX Runtime cannot load the bytes; the message names the file.</exception>
    public static OnnxModel Load(byte[] graph, string path, ExecutionProvider provider, int intraOpThreads, bool unsignedWeights)
    {
        try
        {
            using var options = new SessionOptions
            {
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                IntraOpNumThreads = intraOpThreads,
                InterOpNumThreads = 1,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            // Spinning threads burn the cores that the other lanes and Orleans need.
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
            // Without VNNI the u8 x s8 kernels saturate at 16 bits and scores go astray (cosines down to .96, probabilities off by .28). The u8
            // kernels do not; where VNNI is there they take a third longer for the same bits.
            if (unsignedWeights)
                options.AddSessionConfigEntry("session.x64quantprecision", "1");
            // Made into one node, a sum and the LayerNorm behind it run number by number on the processor; apart, both are vectorised, and a call of a
            // question's length takes up to a tenth less. It rounds otherwise: docs/decisions/2026-11-26-a-sum-and-its-norm-apart.md.
            if (provider == ExecutionProvider.Cpu)
                options.AddSessionConfigEntry("optimization.disable_specified_optimizers", "SkipLayerNormFusion");
            ExecutionProviders.Append(options, provider);
            return new(new InferenceSession(graph, options));
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelRefusedException($"{path} cannot be loaded: {exception.Message}", exception);
        }
    }

    /// <summary>Dimensions of an output; 0 where the graph has none of this name.</summary>
    public int Rank(string output) => _session.OutputMetadata.TryGetValue(output, out var metadata) ? metadata.Dimensions.Length : 0;

    /// <summary>Runs the graph on named inputs and has it write into the memory of <paramref name="outputs"/>.</summary>
    public void Run(
        IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputs, IReadOnlyCollection<string> outputNames, IReadOnlyCollection<OrtValue> outputs) =>
        _session.Run(_runOptions, inputNames, inputs, outputNames, outputs);

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }
}
