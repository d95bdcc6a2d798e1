using System.Text;
using OrleansLlm.Core.Caching;

namespace OrleansLlm.Core.Tests.Caching;

public sealed class AcceptancePolicyTests
{
    [Fact]
    public void Read_WhatWasWritten_GivesTheSameProbabilities()
    {
        using var file = new MemoryStream();
        AcceptancePolicy.Write(file, ComparedPairs.Prior);
        file.Position = 0;
        var read = AcceptancePolicy.Read(file);
        var written = new AcceptancePolicy(ComparedPairs.Prior);
        foreach (var pair in ComparedPairs.Draw(50, 9))
            Assert.Equal(written.Probability(pair.Features), read.Probability(pair.Features));
    }

    [Fact]
    public void Probability_OfAScoreThatIsNoNumber_IsZero() =>
        Assert.Equal(0, new AcceptancePolicy(ComparedPairs.Prior).Probability(new PairFeatures(double.NaN, 1, true, true, 1, 1, 1)));

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2", "has version 2")]
    [InlineData("\"verifierLogit\"", "\"verifierScore\"", "its features are")]
    [InlineData("\"threshold\": 0.9", "\"threshold\": 1", "'threshold' is 1")]
    [InlineData("\"bias\": 0", "\"bais\": 0", "not in the expected form")]
    public void Read_AnotherLayout_SaysWhich(string text, string changed, string problem)
    {
        using var file = new MemoryStream();
        AcceptancePolicy.Write(file, ComparedPairs.Prior);
        var json = Encoding.UTF8.GetString(file.ToArray());
        Assert.Contains(text, json, StringComparison.Ordinal);
        var e = Assert.Throws<InvalidDataException>(() => AcceptancePolicy.Read(new MemoryStream(Encoding.UTF8.GetBytes(json.Replace(text, changed, StringComparison.Ordinal)))));
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }
}
