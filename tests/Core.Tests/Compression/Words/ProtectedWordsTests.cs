using OrleansLlm.Core.Compression.Words;

namespace OrleansLlm.Core.Tests.Compression.Words;

public sealed class ProtectedWordsTests
{
    [Theory]
    [InlineData("The old pump was sold in March to a large farm.", "old pump was sold in a large farm")]
    [InlineData("The fee is 12 euros a year, plus 30 days of interest.", "fee is a year plus of interest")]
    [InlineData("Refunds are never paid out in cash.", "are paid out in cash")]
    [InlineData("It isn't covered unless the holder asks.", "covered the holder asks")]
    [InlineData("He called it \"the very last offer\" and left quietly.", "called it and left quietly")]
    [InlineData("Open https://example.com/a.b or run the tool_x with care.", "run the with care")]
    [InlineData("The limit (the small one) applies here.", "limit applies here")]
    [InlineData("Send the wallet abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz here.", "the wallet here")]
    [InlineData("Dr. Weber wrote the letter.", "wrote the letter")]
    public void Free_Sentence_LeavesFactsAndWhatTurnsThem(string sentence, string free)
    {
        var words = new List<(int Start, int End)>();
        ProtectedWords.Free(sentence, words);
        Assert.Equal(free, string.Join(' ', words.Select(w => sentence[w.Start..w.End].Trim())));
        Assert.All(words, w => Assert.True(char.IsWhiteSpace(sentence[w.Start])));
    }
}
