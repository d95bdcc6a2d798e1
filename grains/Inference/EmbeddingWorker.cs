using Orleans.Concurrency;
using OrleansLlm.Core;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Placement;

namespace OrleansLlm.Grains.Inference;

/// <inheritdoc cref="IEmbeddingWorker"/>
/// <remarks>Admits and waits; the lane's own threads compute, so that no grain turn is ever held up by a model.</remarks>
[StatelessWorker(1), Reentrant, PreferAccelerator(AcceleratorPlacement.Embedder)]
internal sealed class EmbeddingWorker(TextEmbedder embedder) : Grain, IEmbeddingWorker
{
    public ValueTask<EmbeddingResult> EmbedAsync(string text, long deadlineUtcTicks) => this.GetPrimaryKeyLong() == AcceleratorPlacement.Elsewhere
        ? embedder.EmbedHereAsync(text, new Deadline(deadlineUtcTicks))
        : embedder.EmbedAsync(text, new Deadline(deadlineUtcTicks));
}
