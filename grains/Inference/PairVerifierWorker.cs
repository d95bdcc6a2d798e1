using Orleans.Concurrency;
using OrleansLlm.Core;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Placement;
using OrleansLlm.Inference;

namespace OrleansLlm.Grains.Inference;

/// <inheritdoc cref="IPairVerifierWorker"/>
[StatelessWorker(1), Reentrant, PreferAccelerator(AcceleratorPlacement.Verifier)]
internal sealed class PairVerifierWorker(InferenceEngine engine, AcceleratorDirectory accelerators) : Grain, IPairVerifierWorker
{
    public async ValueTask<VerificationResult> VerifyAsync(string question, string[] candidates, long deadlineUtcTicks)
    {
        var deadline = new Deadline(deadlineUtcTicks);
        if (await accelerators.AskAsync(this, AcceleratorPlacement.Verifier, deadline, () => GrainFactory.GetGrain<IPairVerifierWorker>(AcceleratorPlacement.Elsewhere).VerifyAsync(question, candidates, deadlineUtcTicks)) is { } answered)
            return answered;
        // Both orders of every pair at once: the mean of the two is steadier than either.
        var calls = new Task<LaneResult<float>>[candidates.Length * 2];
        for (var i = 0; i < candidates.Length; i++)
        {
            calls[2 * i] = engine.Verifier.RunAsync(new TextPair(candidates[i], question), deadline).AsTask();
            calls[(2 * i) + 1] = engine.Verifier.RunAsync(new TextPair(question, candidates[i]), deadline).AsTask();
        }

        var results = await Task.WhenAll(calls);
        var failed = Array.Find(results, static r => !r.IsCompleted);
        if (failed != default && failed.Outcome != LaneOutcome.Completed)
            return new VerificationResult(failed.Outcome.ToWire(), []);
        var logits = new double[candidates.Length];
        for (var i = 0; i < logits.Length; i++)
            logits[i] = ((double)results[2 * i].Value + results[(2 * i) + 1].Value) / 2;
        return new VerificationResult(WorkerOutcome.Completed, logits);
    }
}
