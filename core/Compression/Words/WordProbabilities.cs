namespace OrleansLlm.Core.Compression.Words;

/// <summary>From tokens to words: a word is as worth keeping as its tokens are on average (Pan et al. 2024, LLMLingua-2, 4.2).</summary>
internal static class WordProbabilities
{
    /// <summary>One keep probability for each of <paramref name="words"/>; 1 where no token tells.</summary>
    /// <param name="sentences">Where the sentences stand, in order.</param>
    /// <param name="words">Where the words stand, in order, each inside a sentence.</param>
    /// <param name="tokens">The tokens of each sentence, in order, by their place in it.</param>
    public static float[] Of(
        IReadOnlyList<(int Start, int End)> sentences, IReadOnlyList<(int Start, int End)> words, IReadOnlyList<IReadOnlyList<TokenLogit>> tokens)
    {
        var probabilities = new float[words.Count];
        var (sentence, token) = (0, 0);
        for (var i = 0; i < probabilities.Length; i++)
        {
            var (start, end) = words[i];
            while (sentences[sentence].End <= start)
                (sentence, token) = (sentence + 1, 0);
            var offset = sentences[sentence].Start;
            var of = tokens[sentence];
            while (token < of.Count && offset + of[token].Start + of[token].Length <= start)
                token++;
            var (sum, count) = (0.0, 0);
            for (; token < of.Count && offset + of[token].Start < end; token++, count++)
                sum += 1 / (1 + Math.Exp(-of[token].Logit));
            probabilities[i] = count == 0 ? 1 : (float)(sum / count);
        }

        return probabilities;
    }
}
