using System.Runtime.InteropServices;
using Orleans.Concurrency;
using OrleansLlm.Core;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Placement;
using OrleansLlm.Inference;

namespace OrleansLlm.Grains.Inference;

/// <inheritdoc cref="IEmbeddingWorker"/>
/// <remarks>Admits and waits; the lane's own threads compute, so that no grain turn is ever held up by a model.</remarks>
[StatelessWorker(1), Reentrant, PreferAccelerator(AcceleratorPlacement.Embedder)]
internal sealed class EmbeddingWorker(InferenceEngine engine, AcceleratorDirectory accelerators) : Grain, IEmbeddingWorker
{
    public async ValueTask<EmbeddingResult> EmbedAsync(string text, long deadlineUtcTicks)
    {
        if (await accelerators.AskAsync(this, AcceleratorPlacement.Embedder, new Deadline(deadlineUtcTicks), () => GrainFactory.GetGrain<IEmbeddingWorker>(AcceleratorPlacement.Elsewhere).EmbedAsync(text, deadlineUtcTicks)) is { } answered)
            return answered;
        var result = await engine.Embedder.RunAsync(text, new Deadline(deadlineUtcTicks));
        return result.IsCompleted
            ? new EmbeddingResult(WorkerOutcome.Completed, MemoryMarshal.AsBytes(result.Value.AsSpan()).ToArray())
            : new EmbeddingResult(result.Outcome.ToWire(), []);
    }
}
