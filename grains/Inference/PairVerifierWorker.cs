using Orleans.Concurrency;
using OrleansLlm.Core;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Placement;

namespace OrleansLlm.Grains.Inference;

/// <inheritdoc cref="IPairVerifierWorker"/>
[StatelessWorker(1), Reentrant, PreferAccelerator(AcceleratorPlacement.Verifier)]
internal sealed class PairVerifierWorker(CandidateVerifier verifier) : Grain, IPairVerifierWorker
{
    public ValueTask<VerificationResult> VerifyAsync(string question, string[] candidates, long deadlineUtcTicks) => this.GetPrimaryKeyLong() == AcceleratorPlacement.Elsewhere
        ? verifier.VerifyHereAsync(question, candidates, new Deadline(deadlineUtcTicks))
        : verifier.VerifyAsync(question, candidates, new Deadline(deadlineUtcTicks));
}
