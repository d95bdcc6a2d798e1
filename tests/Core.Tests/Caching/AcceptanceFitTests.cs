using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class AcceptanceFitTests
{
    private static readonly int Cosine = PairFeatures.Names.ToList().IndexOf("cosine");
    private static readonly int Logit = PairFeatures.Names.ToList().IndexOf("verifierLogit");

    [Fact]
    public void Adapt_FewPairs_StaysNearThePrior()
    {
        var weights = AcceptanceFit.Adapt(ComparedPairs.Prior, ComparedPairs.Draw(20, 1));
        Assert.InRange(weights.Weights[Logit], 0.3, 1.2);
        Assert.InRange(weights.Weights[Cosine], 0, 1.5);
    }

    [Fact]
    public void Adapt_ManyPairs_OverrulesThePrior()
    {
        var weights = AcceptanceFit.Adapt(ComparedPairs.Prior, ComparedPairs.Draw(20_000, 1));
        Assert.InRange(weights.Weights[Logit], -0.2, 0.2);
        // The truth is 20 per unit of cosine, 5 per deviation.
        Assert.InRange(weights.Weights[Cosine], 4.5, 5.5);
    }

    [Fact]
    public void FromScratch_StandardisesByThePairs()
    {
        var pairs = ComparedPairs.Draw(2000, 2);
        var weights = AcceptanceFit.FromScratch(pairs);
        Assert.Equal(pairs.Average(p => p.Features.Cosine), weights.Mean[Cosine], 9);
        // What never varies keeps its scale and gets no weight.
        var constant = PairFeatures.Names.ToList().IndexOf("numbersEqual");
        Assert.Equal((1.0, 0.0), (weights.Scale[constant], Math.Round(weights.Weights[constant], 9)));
    }

    [Fact]
    public void Score_IdenticalTextIsOne_ForbiddenIsNever()
    {
        var policy = new AcceptancePolicy(ComparedPairs.Prior);
        Assert.Equal(1, ComparedPairs.Pair("How do I pay?", "how do i pay", true, -9, 0).Score(policy));
        Assert.Equal(double.NegativeInfinity, ComparedPairs.Pair("a", "b", true, 9, 1, MatchGuardReason.NumbersDiffer).Score(policy));
        Assert.Equal(0.5, ComparedPairs.Pair("a", "b", true, 0, 1).Score(policy));
    }
}
