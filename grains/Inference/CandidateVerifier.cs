using OrleansLlm.Core;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Placement;
using OrleansLlm.Inference;

namespace OrleansLlm.Grains.Inference;

/// <summary>Asks the pair verifier: in a silo with an accelerator where this one has none, else in this process's lane, which is asked without a message.</summary>
internal sealed class CandidateVerifier(InferenceEngine engine, IGrainFactory grains, AcceleratorDirectory accelerators)
{
    private const int Remembered = 4096;

    private readonly RecentResults<(string Tenant, string Question, string Candidate), double> _logits = new(Remembered);

    /// <summary>
    /// The verifier's logit for each candidate of a question; at once for those about which the tenant's questions made it say something of late. What one
    /// tenant asked makes no other's answer faster.
    /// </summary>
    public async ValueTask<VerificationResult> VerifyQuestionAsync(string tenant, string question, string[] candidates, Deadline deadline)
    {
        var logits = new double[candidates.Length];
        var unknown = new List<int>(candidates.Length);
        for (var i = 0; i < candidates.Length; i++)
        {
            if (!_logits.TryGet((tenant, question, candidates[i]), out logits[i]))
                unknown.Add(i);
        }

        if (unknown.Count > 0)
        {
            var result = await VerifyAsync(question, [.. unknown.Select(i => candidates[i])], deadline);
            if (result.Outcome != WorkerOutcome.Completed)
                return result;
            for (var i = 0; i < unknown.Count; i++)
            {
                logits[unknown[i]] = result.Logits[i];
                _logits.Add((tenant, question, candidates[unknown[i]]), result.Logits[i]);
            }
        }

        return new VerificationResult(WorkerOutcome.Completed, logits);
    }

    /// <summary>The verifier's logit for each candidate, the mean of both orders: steadier than either.</summary>
    public async ValueTask<VerificationResult> VerifyAsync(string question, string[] candidates, Deadline deadline) =>
        await accelerators.AskAsync(
            AcceleratorPlacement.Verifier, deadline, () => grains.GetGrain<IPairVerifierWorker>(AcceleratorPlacement.Elsewhere).VerifyAsync(question, candidates, deadline.UtcTicks), static r => r.Outcome)
        ?? await VerifyHereAsync(question, candidates, deadline);

    /// <summary>The same in this process, whatever others have.</summary>
    public async ValueTask<VerificationResult> VerifyHereAsync(string question, string[] candidates, Deadline deadline)
    {
        // All or none: the likeliest of some is not the likeliest.
        var result = await engine.Verifier.RunAllAsync([.. candidates.SelectMany(c => (TextPair[])[new(c, question), new(question, c)])], deadline);
        if (!result.IsCompleted)
            return new VerificationResult(result.Outcome.ToWire(), []);
        var means = new double[candidates.Length];
        for (var i = 0; i < means.Length; i++)
            means[i] = ((double)result.Value[2 * i] + result.Value[(2 * i) + 1]) / 2;
        return new VerificationResult(WorkerOutcome.Completed, means);
    }
}
