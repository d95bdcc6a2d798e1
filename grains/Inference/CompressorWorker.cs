using Orleans.Concurrency;
using OrleansLlm.Core;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Placement;
using OrleansLlm.Inference;

namespace OrleansLlm.Grains.Inference;

/// <inheritdoc cref="ICompressorWorker"/>
[StatelessWorker(1), Reentrant, PreferAccelerator(AcceleratorPlacement.Compressor)]
internal sealed class CompressorWorker(InferenceEngine engine) : Grain, ICompressorWorker
{
    public async ValueTask<CompressorResult> ScoreAsync(string question, string[] sentences, long deadlineUtcTicks)
    {
        var result = await engine.Compressor.RunAsync(new PruneRequest(question, sentences), new Deadline(deadlineUtcTicks));
        return new CompressorResult(result.Outcome.ToWire(), result.Value?.SentenceLogits ?? []);
    }
}
