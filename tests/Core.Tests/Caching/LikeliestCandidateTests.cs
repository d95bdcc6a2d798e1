using CsCheck;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class LikeliestCandidateTests
{
    private const double Bound = 5;

    // Few values each, so that candidates are alike and tie.
    private static readonly Gen<PairComparison> s_comparisons = Gen.Select(Gen.Bool, Gens.Of(0.0, 0.5, 1), Gens.Of(0.5, 1.0), Gens.Of(0, 0.4, 0.5, 1)).Select(
        static (negation, entities, length, content) => new PairComparison(MatchGuardReason.None, true, negation, entities, length, content));

    private static readonly Gen<double> s_logits = Gen.Frequency((8, Gen.Double[-Bound, Bound]), (4, Gens.Of(-Bound, -4.0, 0, 4, Bound)), (1, Gen.Const(double.NaN)));

    private static readonly Gen<(PairComparison Comparison, double Cosine, double CachedFirst, double AskedFirst)[]> s_candidates =
        Gen.Select(s_comparisons, Gen.OneOf(Gen.Double[0.7, 1], Gens.Of(0.7, 0.95)), s_logits, s_logits).Array[1, 6];

    private static readonly Gen<AcceptanceModel> s_models = Gen.Select(Gen.Double[-3, 3].Array[PairFeatures.Names.Count], Gen.Double[-4, 4]).Select(
        static (weights, bias) => ComparedPairs.Prior with { Weights = weights, Bias = bias });

    [Fact]
    public void Best_OfAnyCandidates_IsWhatAskingAboutAllOfThemFinds() =>
        Gen.Select(s_models, s_candidates, Gens.Of(Bound, 20, double.PositiveInfinity)).Sample(
            static (model, candidates, bound) =>
            {
                var policy = new AcceptancePolicy(model);
                (int Index, double Probability) all = (0, -1);
                for (var i = 0; i < candidates.Length; i++)
                {
                    var logit = (candidates[i].CachedFirst + candidates[i].AskedFirst) / 2;
                    var probability = policy.Probability(PairFeatures.From(candidates[i].Comparison, logit, candidates[i].Cosine));
                    if (probability > all.Probability)
                        all = (i, probability);
                }

                var (found, asked) = Run(policy, bound, candidates);
                Assert.Equal(all, found);
                Assert.Equal(asked.Distinct().Count(), asked.Count);
                if (double.IsInfinity(bound))
                    Assert.Equal(2 * candidates.Length, asked.Count);
            },
            iter: 20_000);

    /// <summary>The shipped weights, an accepted rewording, and neighbours as a template has them.</summary>
    [Fact]
    public void Next_OneCandidateIsClearlyMeant_SparesTheOthers()
    {
        var template = new PairComparison(MatchGuardReason.None, true, true, 1, 0.8, 0.4);
        var (found, asked) = Run(Shipped(), Bound, [(template, 0.74, -4, -4), (new(MatchGuardReason.None, true, true, 1, 1, 1), 0.97, 4, 4.1), (template, 0.86, -4, -4)]);
        Assert.Equal(1, found.Index);
        // Not the first at all, and of the last one order.
        Assert.Equal([new(1, false), new(1, true), new(2, false)], asked);
    }

    [Fact]
    public void Next_NoneIsMeant_AsksAboutTheRestAtOnce()
    {
        var search = new LikeliestCandidate(Shipped(), [.. Enumerable.Repeat((new PairComparison(MatchGuardReason.None, true, true, 1, 1, 0.5), 0.8), 4)], Bound);
        Assert.Equal(2, search.Next().Count);
        search.Note(new(0, false), -4);
        search.Note(new(0, true), -4);
        Assert.Equal(6, search.Next().Count);
    }

    private static ((int Index, double Probability) Best, List<PairOrder> Asked) Run(
        AcceptancePolicy policy, double bound, (PairComparison Comparison, double Cosine, double CachedFirst, double AskedFirst)[] candidates)
    {
        var search = new LikeliestCandidate(policy, Array.ConvertAll(candidates, static c => (c.Comparison, c.Cosine)), bound);
        var asked = new List<PairOrder>();
        for (var orders = search.Next(); orders.Count > 0; orders = search.Next())
        {
            asked.AddRange(orders);
            foreach (var order in orders)
                search.Note(order, order.AskedFirst ? candidates[order.Candidate].AskedFirst : candidates[order.Candidate].CachedFirst);
        }

        return (search.Best, asked);
    }

    // The greater weights of models/acceptance.json.
    private static AcceptancePolicy Shipped() => new(ComparedPairs.Prior with
    {
        Mean = [-0.716, 0.702, 1, 0.952, 0.875, 0.753, 0.595],
        Scale = [2.539, 0.25, 1, 0.213, 0.308, 0.187, 0.282],
        Weights = [1.399, 1.898, 0, 0.052, -0.075, 0.029, -0.42],
        Bias = -0.904,
    });
}
