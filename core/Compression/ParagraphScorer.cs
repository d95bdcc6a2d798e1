namespace OrleansLlm.Core.Compression;

/// <summary>What a sentence's paragraph says about it: how well the whole paragraph matches, and whether the best sentences name it.</summary>
internal static class ParagraphScorer
{
    // The words that open a paragraph name its subject.
    private const int LeadWords = 10;
    private const int NamingSentences = 5;

    /// <summary>For each sentence the index of its paragraph, from 0 without gaps.</summary>
    public static int[] Number(ReadOnlySpan<ContextUnit> units, ReadOnlySpan<int> live)
    {
        var numbers = new int[live.Length];
        for (var i = 1; i < numbers.Length; i++)
            numbers[i] = numbers[i - 1] + (units[live[i]].Paragraph == units[live[i - 1]].Paragraph ? 0 : 1);
        return numbers;
    }

    /// <summary>BM25 with the paragraphs as documents; a sentence has its paragraph's score.</summary>
    public static double[] Match(TermIndex index, ReadOnlySpan<int> paragraphs, ReadOnlySpan<double> weights)
    {
        var count = paragraphs.IsEmpty ? 0 : paragraphs[^1] + 1;
        var lengths = new double[count];
        var frequencies = new Dictionary<(int Term, int Paragraph), int>();
        var documents = new Dictionary<int, int>();
        for (var i = 0; i < paragraphs.Length; i++)
        {
            lengths[paragraphs[i]] += index.Length(i);
            foreach (var (term, occurrences) in index.Postings(i))
            {
                if (weights[term] <= 0)
                    continue;
                var key = (term, paragraphs[i]);
                if (!frequencies.TryGetValue(key, out var before))
                    documents[term] = documents.GetValueOrDefault(term) + 1;
                frequencies[key] = before + occurrences;
            }
        }

        var mean = Math.Max(1, lengths.Sum() / Math.Max(1, count));
        var scores = new double[count];
        foreach (var ((term, paragraph), frequency) in frequencies)
        {
            var idf = Math.Log(1 + ((count - documents[term] + .5) / (documents[term] + .5)));
            var norm = Bm25.K1 * (1 - Bm25.B + (Bm25.B * lengths[paragraph] / mean));
            scores[paragraph] += weights[term] * idf * frequency * (Bm25.K1 + 1) / (frequency + norm);
        }

        return Spread(scores, paragraphs);
    }

    /// <summary>
    /// The bridge of a two-hop question: how much of the names that open a paragraph, and are not the question's own, stands in the
    /// best sentences of other paragraphs.
    /// </summary>
    public static double[] Lead(TermIndex index, ReadOnlySpan<int> paragraphs, double[] scores, ReadOnlySpan<double> weights)
    {
        var best = Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Take(NamingSentences).Where(i => scores[i] > 0).ToArray();
        var named = new double[paragraphs.IsEmpty ? 0 : paragraphs[^1] + 1];
        for (var i = 0; i < paragraphs.Length; i++)
        {
            if (i > 0 && paragraphs[i] == paragraphs[i - 1])
                continue;
            var names = new HashSet<int>();
            foreach (var term in index.Words(i)[..Math.Min(LeadWords, index.Length(i))])
            {
                if (weights[term] == 0 && index.IsName(term))
                    names.Add(term);
            }

            var all = names.Sum(index.InverseDocumentFrequency);
            if (all <= 0)
                continue;
            foreach (var sentence in best.Where(s => named.Length > 1))
            {
                if (paragraphs[sentence] == paragraphs[i])
                    continue;
                var shared = 0d;
                foreach (var (term, _) in index.Postings(sentence))
                    shared += names.Contains(term) ? index.InverseDocumentFrequency(term) : 0;
                named[paragraphs[i]] = Math.Max(named[paragraphs[i]], scores[sentence] / scores[best[0]] * shared / all);
            }
        }

        return Spread(named, paragraphs);
    }

    private static double[] Spread(double[] values, ReadOnlySpan<int> paragraphs)
    {
        var spread = new double[paragraphs.Length];
        for (var i = 0; i < spread.Length; i++)
            spread[i] = values[paragraphs[i]];
        return spread;
    }
}
