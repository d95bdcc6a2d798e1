namespace OrleansLlm.Core.Compression;

/// <summary>
/// Okapi BM25 (Robertson and Zaragoza 2009) over the sentences of one context, and the bonus a sentence gets from its
/// neighbours: evidence is often stated next to the sentence that shares the question's words.
/// </summary>
internal static class Bm25
{
    public const double K1 = 1.2;
    public const double B = .75;

    /// <summary>Share of the neighbours' mean score that a sentence gets on top of its own.</summary>
    public const double NeighbourBonus = .4;

    /// <summary>
    /// Scores every sentence; <paramref name="weights"/> holds each term's weight in the query (0: not in it), indexed as in
    /// <paramref name="index"/>.
    /// </summary>
    public static double[] Score(TermIndex index, ReadOnlySpan<double> weights)
    {
        var scores = new double[index.Count];
        for (var sentence = 0; sentence < scores.Length; sentence++)
        {
            var norm = K1 * (1 - B + (B * index.Length(sentence) / index.MeanLength));
            foreach (var (term, count) in index.Postings(sentence))
            {
                if (weights[term] > 0)
                    scores[sentence] += weights[term] * index.InverseDocumentFrequency(term) * count * (K1 + 1) / (count + norm);
            }
        }

        return scores;
    }

    /// <summary>Each score plus <see cref="NeighbourBonus"/> times the mean of the (one or two) neighbouring scores.</summary>
    public static double[] WithNeighbours(ReadOnlySpan<double> scores)
    {
        var result = new double[scores.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            var sum = 0d;
            var neighbours = 0;
            if (i > 0)
            {
                sum += scores[i - 1];
                neighbours++;
            }

            if (i + 1 < scores.Length)
            {
                sum += scores[i + 1];
                neighbours++;
            }

            result[i] = scores[i] + (neighbours == 0 ? 0 : NeighbourBonus * sum / neighbours);
        }

        return result;
    }
}
