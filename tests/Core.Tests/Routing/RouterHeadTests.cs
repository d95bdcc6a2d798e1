using System.Text;
using OrleansLlm.Core.Routing;

namespace OrleansLlm.Core.Tests.Routing;

public sealed class RouterHeadTests
{
    [Fact]
    public void Fit_LabelsByOneDirection_FindsIt()
    {
        var random = new Random(3);
        var rows = Enumerable.Range(0, 400).Select(_ =>
        {
            var embedding = Unit(random);
            return (Embedding: (ReadOnlyMemory<float>)embedding, Features: (ReadOnlyMemory<float>)new float[SurfaceFeatures.Count], IsSimple: embedding[2] > 0);
        }).ToList();
        var head = Head(LogisticHeadFit.Fit(rows));
        Assert.True(rows.Count(r => head.SimpleLogit(r.Embedding.Span, r.Features.Span) > 0 == r.IsSimple) >= 380);
        Assert.Equal(2, head.Weights.Take(8).Select((w, i) => (w, i)).MaxBy(p => Math.Abs(p.w)).i);
    }

    [Fact]
    public void Fit_FeatureWithAnOffset_FoldsItIntoTheBias()
    {
        // One feature tells all: 100 for complex, 101 for simple. Standardised inside, it must work on the raw numbers.
        var rows = Enumerable.Range(0, 200).Select(i =>
        {
            var features = new float[SurfaceFeatures.Count];
            features[4] = 100 + (i % 2);
            return (Embedding: (ReadOnlyMemory<float>)new float[8], Features: (ReadOnlyMemory<float>)features, IsSimple: i % 2 == 1);
        }).ToList();
        var head = Head(LogisticHeadFit.Fit(rows));
        Assert.All(rows, r => Assert.Equal(r.IsSimple, head.SimpleLogit(r.Embedding.Span, r.Features.Span) > 0));
    }

    [Fact]
    public void Read_Written_IsTheSameModel()
    {
        var head = Head(([.. Enumerable.Range(0, 8 + SurfaceFeatures.Count).Select(i => i / 10f)], 0.5));
        var read = RouterHead.Read(head.ToUtf8Json());
        Assert.Equal(head.ModelId(), read.ModelId());
        Assert.NotEqual(head.ModelId(), (head with { Bias = 0.6 }).ModelId());
        Assert.Throws<ArgumentException>(() => read.SimpleLogit(new float[7], new float[SurfaceFeatures.Count]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("nonsense")]
    public void Read_NoHead_IsRefused(string text) => Assert.Throws<InvalidDataException>(() => RouterHead.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void DriftMonitor_SameDistribution_StaysQuietAndShiftedOneIsSeen()
    {
        var expected = Enumerable.Repeat(0.1, ScoreDistribution.Bins).ToArray();
        var monitor = new ScoreDriftMonitor(expected);
        var random = new Random(11);
        for (var i = 0; i < 3 * ScoreDriftMonitor.Window; i++)
            Assert.False(monitor.Add(random.NextDouble()));
        Assert.InRange(monitor.Index, 0, 0.1);
        var turned = Enumerable.Range(0, ScoreDriftMonitor.Window).Count(_ => monitor.Add(0.3 + (0.3 * random.NextDouble())));
        Assert.Equal(1, turned);
        Assert.True(monitor.HasDrifted);
        Assert.Equal(1, Enumerable.Range(0, ScoreDriftMonitor.Window).Count(_ => monitor.Add(random.NextDouble())));
        Assert.False(monitor.HasDrifted);
    }

    [Fact]
    public void DriftMonitor_FewScores_SayNothing()
    {
        var monitor = new ScoreDriftMonitor(Enumerable.Repeat(0.1, ScoreDistribution.Bins).ToArray());
        for (var i = 0; i < 400; i++)
            Assert.False(monitor.Add(0.05));
        Assert.Equal(0, monitor.Index);
    }

    [Fact]
    public void Evidence_ManyMisroutes_RefutesAndFewDoNot()
    {
        var evidence = new RouteEvidence();
        for (var i = 0; i < 100; i++)
            evidence.Add(wentDown: true, weakWasEnough: i % 25 != 0);
        Assert.Equal((100, 4), (evidence.RoutedDown, evidence.Misrouted));
        Assert.False(evidence.Refutes(0.05));
        for (var i = 0; i < 100; i++)
            evidence.Add(wentDown: true, weakWasEnough: i % 5 != 0);
        Assert.True(evidence.Refutes(0.05));
        evidence.Add(wentDown: false, weakWasEnough: true);
        evidence.Add(wentDown: true, weakWasEnough: null);
        evidence.AddReport(isWrong: true);
        Assert.Equal((1, 1, 1, 1), (evidence.RoutedUp, evidence.Needless, evidence.Unsure, evidence.Reported));
    }

    private static RouterHead Head((float[] Weights, double Bias) fit) => new()
    {
        Version = RouterHead.CurrentVersion,
        Embedder = "embedder@1+def",
        Weights = fit.Weights,
        Bias = fit.Bias,
        Data = "golden.jsonl",
        DataSha256 = new string('a', 64),
        FittedRows = 1,
        Date = new DateOnly(2026, 11, 25),
    };

    private static float[] Unit(Random random)
    {
        var vector = Enumerable.Range(0, 8).Select(_ => (random.NextDouble() * 2) - 1).ToArray();
        var norm = Math.Sqrt(vector.Sum(v => v * v));
        return [.. vector.Select(v => (float)(v / norm))];
    }
}
