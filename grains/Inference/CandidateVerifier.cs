using OrleansLlm.Core;
using OrleansLlm.Core.Caching;
using OrleansLlm.Grains.Abstractions.Inference;
using OrleansLlm.Grains.Placement;
using OrleansLlm.Inference;

namespace OrleansLlm.Grains.Inference;

/// <summary>
/// Asks the pair verifier: in a silo with an accelerator where this one has none, else in this process's lane, which is asked without a message. An accelerator
/// takes all pairs at the price of one; a processor takes them one by one, and is asked only about those that matter.
/// </summary>
internal sealed class CandidateVerifier(InferenceEngine engine, IGrainFactory grains, AcceleratorDirectory accelerators)
{
    private const int Remembered = 4096;

    private readonly RecentResults<(string Tenant, TextPair Pair), double> _logits = new(Remembered);

    private readonly bool _isAccelerated = engine.AcceleratedLanes.Contains(AcceleratorPlacement.Verifier);

    /// <summary>Finds a question's likeliest candidate. What the tenant's questions made the verifier say of late it is not asked again.</summary>
    /// <param name="tenant">Whose question: what one tenant asked makes no other's answer faster.</param>
    /// <param name="question">The question.</param>
    /// <param name="candidates">Questions of the candidates.</param>
    /// <param name="search">Of the same candidates; over where the outcome is <see cref="WorkerOutcome.Completed"/>.</param>
    /// <param name="deadline">After which nothing is asked.</param>
    public async ValueTask<WorkerOutcome> FindAsync(string tenant, string question, string[] candidates, LikeliestCandidate search, Deadline deadline)
    {
        for (var orders = search.Next(); orders.Count > 0; orders = search.Next())
        {
            var unknown = Recall(orders);
            if (unknown.Count == 0)
                continue;
            if (await AskElsewhereAsync(question, candidates, deadline) is { } answered)
            {
                if (answered.Outcome != WorkerOutcome.Completed)
                    return answered.Outcome;
                // The mean of both orders stands for each.
                foreach (var order in search.All())
                    Note(order, answered.Logits[order.Candidate]);
                continue;
            }

            var asked = _isAccelerated ? Recall(search.All()) : unknown;
            var (outcome, logits) = await AskHereAsync(asked.ConvertAll(PairOf), deadline);
            if (outcome != WorkerOutcome.Completed)
                return outcome;
            for (var i = 0; i < asked.Count; i++)
                Note(asked[i], logits[i]);
        }

        return WorkerOutcome.Completed;

        TextPair PairOf(PairOrder order) => order.AskedFirst ? new(question, candidates[order.Candidate]) : new(candidates[order.Candidate], question);

        // Notes what is remembered and returns the rest.
        List<PairOrder> Recall(IReadOnlyList<PairOrder> orders)
        {
            var unknown = new List<PairOrder>(orders.Count);
            foreach (var order in orders)
            {
                if (_logits.TryGet((tenant, PairOf(order)), out var logit))
                    search.Note(order, logit);
                else
                    unknown.Add(order);
            }

            return unknown;
        }

        void Note(PairOrder order, double logit)
        {
            search.Note(order, logit);
            _logits.Add((tenant, PairOf(order)), logit);
        }
    }

    /// <summary>The verifier's logit for each candidate, the mean of both orders.</summary>
    public async ValueTask<VerificationResult> VerifyAsync(string question, string[] candidates, Deadline deadline) =>
        await AskElsewhereAsync(question, candidates, deadline) ?? await VerifyHereAsync(question, candidates, deadline);

    /// <summary>The same in this process, whatever others have.</summary>
    public async ValueTask<VerificationResult> VerifyHereAsync(string question, string[] candidates, Deadline deadline)
    {
        var pairs = new List<TextPair>(candidates.Length * 2);
        foreach (var candidate in candidates)
            pairs.AddRange(new TextPair(candidate, question), new TextPair(question, candidate));
        var (outcome, logits) = await AskHereAsync(pairs, deadline);
        if (outcome != WorkerOutcome.Completed)
            return new VerificationResult(outcome, []);
        var means = new double[candidates.Length];
        for (var i = 0; i < means.Length; i++)
            means[i] = (logits[2 * i] + logits[(2 * i) + 1]) / 2;
        return new VerificationResult(WorkerOutcome.Completed, means);
    }

    private ValueTask<VerificationResult?> AskElsewhereAsync(string question, string[] candidates, Deadline deadline) => accelerators.AskAsync(
        AcceleratorPlacement.Verifier,
        deadline,
        () => grains.GetGrain<IPairVerifierWorker>(AcceleratorPlacement.Elsewhere).VerifyAsync(question, candidates, deadline.UtcTicks));

    // All at once; one that fails fails all.
    private async ValueTask<(WorkerOutcome Outcome, double[] Logits)> AskHereAsync(List<TextPair> pairs, Deadline deadline)
    {
        var results = await Task.WhenAll(pairs.Select(p => engine.Verifier.RunAsync(p, deadline).AsTask()));
        var failed = Array.FindIndex(results, static r => !r.IsCompleted);
        return failed < 0 ? (WorkerOutcome.Completed, Array.ConvertAll(results, static r => (double)r.Value)) : (results[failed].Outcome.ToWire(), []);
    }
}
