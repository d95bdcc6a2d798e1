namespace OrleansLlm.Core.Compression;

/// <summary>
/// How much of the question a sentence says in its own words or in words of like meaning: each question term counts by the nearest word of
/// the sentence, and by how few sentences have one near it (maximum similarity, Khattab and Zaharia 2020; no encoder reads the sentence).
/// </summary>
internal static class MeaningScorer
{
    // Cosine of words that have nothing in common.
    private const float Unrelated = .3f;

    public static double[] Score(TermIndex index, IReadOnlyList<Term> question, WordVectors vectors)
    {
        var rows = new int[index.TermCount];
        foreach (var (term, number) in index.Terms)
            rows[number] = index.IsContent(number) ? vectors.Find(term) : -1;
        var scores = new double[index.Count];
        var nearness = new float[rows.Length];
        var near = new double[index.Count];
        foreach (var asked in question.DistinctBy(term => term.Id))
        {
            var (own, row) = (index.Find(asked), vectors.Find(asked.Id));
            for (var term = 0; term < nearness.Length; term++)
            {
                nearness[term] = term == own ? 1
                    : row < 0 || rows[term] < 0 ? 0
                    : Math.Max(0, (vectors.Cosine(row, rows[term]) - Unrelated) / (1 - Unrelated));
            }

            var frequency = 0d;
            for (var i = 0; i < near.Length; i++)
            {
                near[i] = 0;
                foreach (var (term, _) in index.Postings(i))
                    near[i] = Math.Max(near[i], nearness[term]);
                frequency += near[i];
            }

            var rarity = Math.Log(1 + ((Math.Max(0, near.Length - frequency) + .5) / (frequency + .5)));
            for (var i = 0; i < near.Length; i++)
                scores[i] += rarity * near[i];
        }

        return scores;
    }
}
