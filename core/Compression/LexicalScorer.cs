namespace OrleansLlm.Core.Compression;

/// <summary>Scores sentences by words: the question's, and in a second hop the rare words of the sentences that matched it best.</summary>
internal static class LexicalScorer
{
    // Pseudo relevance feedback (Rocchio) from few sentences: more drift off the question.
    private const int FeedbackSentences = 3;
    private const int FeedbackTerms = 12;

    public static LexicalScores Score(TermIndex index, QuestionTerms question, bool withSecondHop)
    {
        var weights = new double[index.TermCount];
        foreach (var term in question.Content)
        {
            var number = index.Find(term);
            if (number >= 0)
                weights[number]++;
        }

        var own = Bm25.Score(index, weights);
        var scores = Bm25.WithNeighbours(own);
        return new LexicalScores(scores, withSecondHop ? Bm25.WithNeighbours(Bm25.Score(index, Feedback(index, own, weights))) : []);
    }

    /// <summary>Weights of the names and rare words in the best sentences that the question itself does not have.</summary>
    private static double[] Feedback(TermIndex index, double[] scores, double[] question)
    {
        var weights = new double[index.TermCount];
        var order = Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Take(FeedbackSentences);
        foreach (var sentence in order.Where(i => scores[i] > 0))
        {
            foreach (var (term, _) in index.Postings(sentence))
            {
                // A term of one sentence leads nowhere else.
                if (question[term] == 0 && index.IsContent(term) && index.DocumentFrequency(term) > 1)
                    weights[term] += (index.IsName(term) ? 2 : 1) * scores[sentence] * index.InverseDocumentFrequency(term);
            }
        }

        var threshold = weights.OrderDescending().Skip(FeedbackTerms - 1).FirstOrDefault();
        for (var term = 0; term < weights.Length; term++)
        {
            if (weights[term] < threshold)
                weights[term] = 0;
        }

        return weights;
    }
}
