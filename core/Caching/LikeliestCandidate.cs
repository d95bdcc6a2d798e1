namespace OrleansLlm.Core.Caching;

/// <summary>
/// The search for the likeliest of a question's candidates by branch and bound (Land and Doig, 1960, Econometrica 28): the verifier is asked only about pairs that
/// can still be the likeliest. The accept probability only rises, or only falls, with the verifier's logit, so that it is greatest at one end of the range in which
/// the logit can still lie. What is found is what asking about all pairs finds, ties by index included. Not thread-safe.
/// </summary>
public sealed class LikeliestCandidate
{
    // Far above what rounding does to a probability, far below what two pairs differ by.
    private const double Rounding = 1e-12;

    private readonly AcceptancePolicy _policy;
    private readonly double _bound;
    private readonly Candidate[] _candidates;

    /// <param name="policy">Weighs.</param>
    /// <param name="candidates">What the words and the embeddings say of each; at least one.</param>
    /// <param name="logitBound">No logit of the verifier is greater in size; infinite where nothing is known.</param>
    public LikeliestCandidate(AcceptancePolicy policy, IReadOnlyList<(PairComparison Comparison, double Cosine)> candidates, double logitBound)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentOutOfRangeException.ThrowIfZero(candidates.Count);
        (_policy, _bound) = (policy, logitBound);
        _candidates = new Candidate[candidates.Count];
        for (var i = 0; i < _candidates.Length; i++)
            _candidates[i] = new(candidates[i].Comparison, candidates[i].Cosine);
    }

    /// <summary>The likeliest of the candidates that are known, the first of equals; the answer once there is nothing more to ask. -1 and 0 where none is known.</summary>
    public (int Index, double Probability) Best
    {
        get
        {
            (int Index, double Probability) best = (-1, 0);
            for (var i = 0; i < _candidates.Length; i++)
            {
                if (_candidates[i].Mean is { } logit && Probability(i, logit) is var probability && (best.Index < 0 || probability > best.Probability))
                    best = (i, probability);
            }

            return best;
        }
    }

    /// <summary>
    /// What to ask the verifier now, side by side: both orders of the nearest candidate first, then of each that can still be the likeliest the
    /// orders that cannot be spared. Empty once the search is over. Everything of an earlier call must have been noted.
    /// </summary>
    public IReadOnlyList<PairOrder> Next()
    {
        var best = Best;
        if (best.Index < 0)
            return MissingOf(Nearest());
        var next = new List<PairOrder>();
        for (var i = 0; i < _candidates.Length; i++)
        {
            if (_candidates[i].Mean is not null || !CanBeat(best.Probability, Greatest(i)))
                continue;
            var missing = MissingOf(i);
            // The second order is spared where the first can end the matter: by the lowest logit, or by the highest where the policy holds that against a pair.
            if (missing.Count == 2 && double.IsFinite(_bound) && (!CanBeat(best.Probability, GreatestAfter(i, -_bound)) || !CanBeat(best.Probability, GreatestAfter(i, _bound))))
                missing.RemoveAt(1);
            next.AddRange(missing);
        }

        return next;
    }

    /// <summary>Every order that is not known yet, for a verifier that takes many at the price of one.</summary>
    public IReadOnlyList<PairOrder> All() => [.. Enumerable.Range(0, _candidates.Length).SelectMany(MissingOf)];

    /// <summary>Notes the verifier's logit.</summary>
    public void Note(PairOrder order, double logit)
    {
        ref var candidate = ref _candidates[order.Candidate];
        if (order.AskedFirst)
            candidate.AskedFirst = logit;
        else
            candidate.CachedFirst = logit;
    }

    private static bool CanBeat(double best, double probability) => probability >= best - Rounding;

    // Mostly it is the likeliest, whatever the policy makes of the words.
    private int Nearest()
    {
        var nearest = 0;
        for (var i = 1; i < _candidates.Length; i++)
        {
            if (_candidates[i].Cosine > _candidates[nearest].Cosine)
                nearest = i;
        }

        return nearest;
    }

    private List<PairOrder> MissingOf(int candidate)
    {
        var missing = new List<PairOrder>(2);
        if (_candidates[candidate].CachedFirst is null)
            missing.Add(new PairOrder(candidate, AskedFirst: false));
        if (_candidates[candidate].AskedFirst is null)
            missing.Add(new PairOrder(candidate, AskedFirst: true));
        return missing;
    }

    private double Greatest(int candidate) =>
        (_candidates[candidate].CachedFirst ?? _candidates[candidate].AskedFirst) is { } known
            ? GreatestAfter(candidate, known)
            : Math.Max(Probability(candidate, -_bound), Probability(candidate, _bound));

    // The greatest probability once one order is known.
    private double GreatestAfter(int candidate, double known) => Math.Max(Probability(candidate, (known - _bound) / 2), Probability(candidate, (known + _bound) / 2));

    private double Probability(int candidate, double logit) =>
        double.IsInfinity(logit) ? 1 : _policy.Probability(PairFeatures.From(_candidates[candidate].Comparison, logit, _candidates[candidate].Cosine));

    private record struct Candidate(PairComparison Comparison, double Cosine)
    {
        public double? CachedFirst { get; set; }

        public double? AskedFirst { get; set; }

        public readonly double? Mean => (CachedFirst + AskedFirst) / 2;
    }
}
