using OrleansLlm.Core.Compression.Words;

namespace OrleansLlm.Core.Tests.Compression.Words;

public sealed class WordProbabilitiesTests
{
    [Fact]
    public void Of_WordOfSeveralTokens_IsTheirMean()
    {
        // "Old pumps leak." and "They do." with a space between.
        var probabilities = WordProbabilities.Of(
            [(0, 15), (16, 24)], [(3, 9), (9, 14), (20, 23)],
            [[new(0, 3, 9), new(4, 3, 0), new(7, 2, 1000), new(10, 4, -1000)], [new(0, 4, 3)]]);
        Assert.Equal(.75, probabilities[0], 5);
        Assert.Equal(0, probabilities[1], 5);
        Assert.Equal(1, probabilities[2], 5);
    }
}
