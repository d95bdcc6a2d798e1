using System.Runtime.InteropServices;
using OrleansLlm.Core;
using OrleansLlm.Core.Caching;
using OrleansLlm.Core.Requests;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Placement;
using OrleansLlm.Inference;

namespace OrleansLlm.Grains.Inference;

/// <summary>Embeds texts: in a silo with an accelerator where this one has none, else in this process's lane, which is asked without a message.</summary>
internal sealed class TextEmbedder(InferenceEngine engine, IGrainFactory grains, AcceleratorDirectory accelerators)
{
    // Some 2 KB each: only what can be matched by meaning is remembered, since a turn that is routed may be megabytes.
    private const int Remembered = 1024;

    private readonly RecentResults<(string Tenant, string Question), byte[]> _questions = new(Remembered);

    /// <summary>The vector of a question; at once for one that the tenant asked of late. What one tenant asked makes no other's answer faster.</summary>
    public async ValueTask<EmbeddingResult> EmbedQuestionAsync(string tenant, string question, Deadline deadline)
    {
        if (question.Length > ContextDetector.LongestQuestion)
            return await EmbedAsync(question, deadline);
        if (_questions.TryGet((tenant, question), out var remembered))
            return new EmbeddingResult(WorkerOutcome.Completed, remembered);
        var result = await EmbedAsync(question, deadline);
        if (result.Outcome == WorkerOutcome.Completed)
            _questions.Add((tenant, question), result.Embedding);
        return result;
    }

    /// <summary>The vector of any text.</summary>
    public async ValueTask<EmbeddingResult> EmbedAsync(string text, Deadline deadline) =>
        await accelerators.AskAsync(
            AcceleratorPlacement.Embedder, deadline, () => grains.GetGrain<IEmbeddingWorker>(AcceleratorPlacement.Elsewhere).EmbedAsync(text, deadline.UtcTicks), static r => r.Outcome)
        ?? await EmbedHereAsync(text, deadline);

    /// <summary>The same in this process, whatever others have.</summary>
    public async ValueTask<EmbeddingResult> EmbedHereAsync(string text, Deadline deadline)
    {
        var result = await engine.Embedder.RunAsync(text, deadline);
        return result.IsCompleted
            ? new EmbeddingResult(WorkerOutcome.Completed, MemoryMarshal.AsBytes(result.Value.AsSpan()).ToArray())
            : new EmbeddingResult(result.Outcome.ToWire(), []);
    }
}
