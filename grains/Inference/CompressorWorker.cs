using Orleans.Concurrency;
using OrleansLlm.Core;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Placement;
using OrleansLlm.Inference;

namespace OrleansLlm.Grains.Inference;

/// <inheritdoc cref="ICompressorWorker"/>
[StatelessWorker(1), Reentrant, PreferAccelerator(AcceleratorPlacement.Compressor)]
internal sealed class CompressorWorker(InferenceEngine engine, AcceleratorDirectory accelerators) : Grain, ICompressorWorker
{
    public async ValueTask<CompressorResult> ScoreAsync(string question, string[] sentences, long deadlineUtcTicks)
    {
        if (this.GetPrimaryKeyLong() != AcceleratorPlacement.Elsewhere
            && await accelerators.AskAsync(AcceleratorPlacement.Compressor, new Deadline(deadlineUtcTicks), () => GrainFactory.GetGrain<ICompressorWorker>(AcceleratorPlacement.Elsewhere).ScoreAsync(question, sentences, deadlineUtcTicks), static r => r.Outcome) is { } answered)
            return answered;
        var result = await engine.Compressor.RunAsync(new PruneRequest(question, sentences), new Deadline(deadlineUtcTicks));
        return new CompressorResult(result.Outcome.ToWire(), result.Value?.SentenceLogits ?? []);
    }

    public async ValueTask<TokenClassifierResult> ClassifyAsync(string[] sentences, long deadlineUtcTicks)
    {
        var result = await engine.TokenClassifier.RunAsync(new PruneRequest(string.Empty, sentences, WithWords: true), new Deadline(deadlineUtcTicks));
        var words = result.Value?.Words ?? [];
        var all = words.SelectMany(w => w).ToList();
        return new TokenClassifierResult(
            result.Outcome.ToWire(), [.. words.Select(w => w.Length)], [.. all.Select(w => w.Start)], [.. all.Select(w => w.Length)], [.. all.Select(w => w.Logit)]);
    }
}
