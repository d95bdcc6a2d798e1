using System.Text;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Core.Tests.Routing;

public sealed class StakesClassifierTests
{
    private static readonly float[] NoFeatures = new float[SurfaceFeatures.Count];

    /// <summary>Two dimensions: the first says calculation, the second high stakes, by logits of ten times their value.</summary>
    [Theory]
    [InlineData(1f, 0f, RouteReason.Calculation)]
    [InlineData(0f, 1f, RouteReason.HighStakes)]
    [InlineData(0.9f, 1f, RouteReason.HighStakes)]
    [InlineData(1f, 0.9f, RouteReason.Calculation)]
    [InlineData(0f, 0f, null)]
    [InlineData(-1f, -1f, null)]
    // Logits of -1.3 and -1.5 are probabilities of .214 and .182, on either side of the threshold of .2.
    [InlineData(-0.13f, -9f, RouteReason.Calculation)]
    [InlineData(-0.15f, -9f, null)]
    public void KindOf_Embedding_IsTheSurestKindFromItsThresholdOn(float calculation, float stakes, RouteReason? kind) =>
        Assert.Equal(kind, new StakesClassifier(Model(threshold: calculation is > -0.2f and < 0 ? 0.2 : 0.6)).KindOf([calculation, stakes], NoFeatures, StakesClassifier.Kinds));

    [Fact]
    public void KindOf_Feature_HasItsWeight()
    {
        var features = (float[])NoFeatures.Clone();
        features[2] = 1;
        var head = Head(RouteReason.Calculation, 0.5, [0, 0, 0, 0, 3, .. new float[SurfaceFeatures.Count - 3]], bias: -2);
        var classifier = new StakesClassifier(Model(0.5) with { Heads = [head, Head(RouteReason.HighStakes, 0.5, [0, 0, .. NoFeatures], bias: -1)] });
        Assert.Equal(RouteReason.Calculation, classifier.KindOf([0, 0], features, StakesClassifier.Kinds));
        Assert.Null(classifier.KindOf([0, 0], NoFeatures, StakesClassifier.Kinds));
    }

    [Fact]
    public void KindOf_KindThatIsNotLookedFor_GivesWayToTheOther()
    {
        var classifier = new StakesClassifier(Model(0.5));
        Assert.Equal(RouteReason.Calculation, classifier.KindOf([0.5f, 1], NoFeatures, [RouteReason.Calculation]));
        Assert.Null(classifier.KindOf([-0.5f, 1], NoFeatures, [RouteReason.Calculation]));
        Assert.Null(classifier.KindOf([1, 1], NoFeatures, []));
    }

    /// <summary>When unsure, up.</summary>
    [Fact]
    public void KindOf_NoNumber_IsOfAKind() => Assert.NotNull(new StakesClassifier(Model(0.5)).KindOf([float.NaN, 0], NoFeatures, StakesClassifier.Kinds));

    [Fact]
    public void KindOf_EmbeddingOfAnotherLength_Throws() => Assert.Throws<ArgumentException>(() => new StakesClassifier(Model(0.5)).KindOf([0], NoFeatures, StakesClassifier.Kinds));

    [Fact]
    public void KindOf_LowerThreshold_FindsNoLess() =>
        Gen.Select(Gen.Float[-1, 1], Gen.Float[-1, 1], Gen.Double[0.01, 0.99], Gen.Double[0.01, 0.99]).Sample((a, b, one, other) =>
        {
            var (low, high) = (Math.Min(one, other), Math.Max(one, other));
            Assert.True(KindAt(low) is not null || KindAt(high) is null);
            RouteReason? KindAt(double threshold) => new StakesClassifier(Model(threshold)).KindOf([a, b], NoFeatures, StakesClassifier.Kinds);
        });

    [Fact]
    public void Read_Written_IsTheSameModel()
    {
        var read = StakesClassifier.Read(StakesClassifier.Write(Model(0.3)));
        Assert.Equal(StakesClassifier.Write(Model(0.3)), StakesClassifier.Write(read.Model));
        Assert.Equal(RouteReason.HighStakes, read.KindOf([0, 1], NoFeatures, StakesClassifier.Kinds));
    }

    [Theory]
    [InlineData("", "expected form")]
    [InlineData("null", "empty")]
    [InlineData("{}", "expected form")]
    [InlineData("""{"version":1,"embedder":"e","method":"m","data":[],"heads":[],"more":1}""", "expected form")]
    [InlineData("""{"version":1,"embedder":"e","method":"m","data":[],"heads":null}""", "expected form")]
    [InlineData("""{"version":1,"embedder":"e","method":"m","data":[],"heads":[null,null]}""", "is null")]
    [InlineData("""{"version":1,"embedder":"e","method":"m","data":[],"heads":[{"kind":"HighStakes","threshold":0.5,"bias":0,"weights":null}]}""", "expected form")]
    [InlineData("""{"version":2,"embedder":"e","method":"m","data":[],"heads":[]}""", "version 2")]
    [InlineData("""{"version":1,"embedder":"e","method":"m","data":[],"heads":[]}""", "one head for each")]
    public void Read_NoModel_IsRefusedAndSaysWhy(string text, string why) =>
        Assert.Contains(why, Assert.Throws<InvalidDataException>(() => StakesClassifier.Read(Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void New_UnusableHeads_AreRefusedAndSayWhy()
    {
        float[] weights = [1, .. new float[SurfaceFeatures.Count]];
        var other = Head(RouteReason.HighStakes, 0.5, weights);
        Refused("one head for each", other);
        Refused("one head for each", other, other);
        Refused("one head for each", other, Head(RouteReason.Simple, 0.5, weights));
        Refused("must lie between 0 and 1", other, Head(RouteReason.Calculation, 1, weights));
        Refused("weights cannot be used", other, Head(RouteReason.Calculation, 0.5, [float.NaN, .. weights]));
        Refused("weights cannot be used", other, Head(RouteReason.Calculation, 0.5, new float[SurfaceFeatures.Count]));
        Refused("weights cannot be used", other, Head(RouteReason.Calculation, 0.5, weights, double.PositiveInfinity));
        Refused("different lengths", other, Head(RouteReason.Calculation, 0.5, [.. weights, 1]));

        static void Refused(string why, params StakesHead[] heads) =>
            Assert.Contains(why, Assert.Throws<InvalidDataException>(() => new StakesClassifier(Model(0.5) with { Heads = heads })).Message, StringComparison.Ordinal);
    }

    private static StakesModel Model(double threshold) => new()
    {
        Version = StakesModel.CurrentVersion,
        Embedder = "embedder@1+abc",
        Method = "by hand",
        Data = [new StakesData("numbers.jsonl", "00", 2)],
        Heads =
        [
            Head(RouteReason.Calculation, threshold, [10, 0, .. NoFeatures]),
            Head(RouteReason.HighStakes, threshold, [0, 10, .. NoFeatures]),
        ],
    };

    private static StakesHead Head(RouteReason kind, double threshold, float[] weights, double bias = 0) => new(kind, threshold, bias, weights);
}
