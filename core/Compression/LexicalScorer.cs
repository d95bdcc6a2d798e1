namespace OrleansLlm.Core.Compression;

/// <summary>Reads the features of the live sentences off their words: the question's, and in a second hop those of the best sentences.</summary>
internal static class LexicalScorer
{
    // Pseudo relevance feedback (Rocchio) from few sentences: more drift off the question.
    private const int FeedbackSentences = 3;
    private const int FeedbackTerms = 12;

    // What the question means by an acronym counts less than what it says.
    private const double MeantWeight = .5;

    // Words between two question terms that still count as side by side.
    private const int AdjacentWithin = 3;

    public static SentenceFeatures Score(
        ReadOnlySpan<char> context, ReadOnlySpan<ContextUnit> units, ReadOnlySpan<int> live, QuestionTerms question)
    {
        var index = new TermIndex();
        var roots = new TermIndex(byRoot: true);
        var answers = new double[live.Length];
        for (var i = 0; i < live.Length; i++)
        {
            var sentence = ContextUnit.TextOf(context, units, live[i]);
            index.Add(sentence);
            roots.Add(sentence);
            answers[i] = AnswerKinds.Match(question.AnswerKind, sentence);
        }

        var isTranscript = Transcript.IsTranscript(context, units, live);
        var asked = isTranscript ? question.Subject : question.Content;
        var meant = AcronymDefinitions.Expand(context, asked);
        var weights = Weights(index, asked, meant);
        var idf = new double[weights.Length];
        for (var term = 0; term < idf.Length; term++)
            idf[term] = weights[term] > 0 ? index.InverseDocumentFrequency(term) : 0;
        var own = Bm25.Score(index, weights);
        var withNeighbours = Bm25.WithNeighbours(own);
        var paragraphs = ParagraphScorer.Number(units, live);
        var distance = new WordDistance(index);
        double[][] columns =
        [
            own,
            Difference(withNeighbours, own),
            distance.Density(own, 40),
            distance.Density(own, 200),
            distance.Density(own, 800),
            distance.Coverage(index, idf, 0),
            distance.Coverage(index, idf, 40),
            distance.Coverage(index, idf, 200),
            Adjacency(index, asked, idf),
            ParagraphScorer.Match(index, paragraphs, weights),
            Bm25.Score(roots, Weights(roots, asked, meant)),
            Bm25.WithNeighbours(Bm25.Score(index, Feedback(index, own, weights))),
            ParagraphScorer.Lead(index, paragraphs, withNeighbours, weights),
            answers,
            Openings(paragraphs),
            Lengths(index),
            Names(index, idf),
            distance.Coverage(index, idf, 800),
            Bm25.WithNeighbours(Bm25.Score(index, Residual(index, withNeighbours, weights))),
            MeaningScorer.Score(index, asked, WordVectors.Default),
            // Documents have no such stretches, and nothing is spent on them.
            .. isTranscript ? StretchScorer.Score(index, weights) : StretchScorer.None(index.Count),
        ];
        return new SentenceFeatures(columns, withNeighbours, distance.Lengths, new QuestionCoverage(index, asked), isTranscript);
    }

    private static double[] Weights(TermIndex index, IReadOnlyList<Term> said, List<Term> meant)
    {
        var weights = new double[index.TermCount];
        foreach (var term in said)
        {
            if (index.Find(term) is >= 0 and var number)
                weights[number]++;
        }

        foreach (var term in meant)
        {
            if (index.Find(term) is >= 0 and var number)
                weights[number] += MeantWeight;
        }

        return weights;
    }

    private static double[] Difference(double[] a, double[] b)
    {
        var difference = new double[a.Length];
        for (var i = 0; i < difference.Length; i++)
            difference[i] = a[i] - b[i];
        return difference;
    }

    /// <summary>The idf of the question's neighbouring terms that stand side by side in the sentence too, in either order.</summary>
    private static double[] Adjacency(TermIndex index, IReadOnlyList<Term> question, double[] idf)
    {
        var pairs = new HashSet<(int, int)>();
        for (var i = 1; i < question.Count; i++)
        {
            var (a, b) = (index.Find(question[i - 1]), index.Find(question[i]));
            if (a >= 0 && b >= 0 && a != b)
                pairs.Add((Math.Min(a, b), Math.Max(a, b)));
        }

        var scores = new double[index.Count];
        var found = new HashSet<(int, int)>();
        for (var i = 0; i < scores.Length && pairs.Count > 0; i++)
        {
            var words = index.Words(i);
            found.Clear();
            for (var at = 0; at < words.Length; at++)
            {
                if (idf[words[at]] <= 0)
                    continue;
                for (var next = at + 1; next < Math.Min(words.Length, at + 1 + AdjacentWithin); next++)
                {
                    var pair = (Math.Min(words[at], words[next]), Math.Max(words[at], words[next]));
                    if (pairs.Contains(pair) && found.Add(pair))
                        scores[i] += idf[pair.Item1] + idf[pair.Item2];
                }
            }
        }

        return scores;
    }

    private static double[] Openings(int[] paragraphs)
    {
        var opens = new double[paragraphs.Length];
        for (var i = 0; i < opens.Length; i++)
            opens[i] = i == 0 || paragraphs[i] != paragraphs[i - 1] ? 1 : 0;
        return opens;
    }

    private static double[] Lengths(TermIndex index)
    {
        var lengths = new double[index.Count];
        for (var i = 0; i < lengths.Length; i++)
            lengths[i] = Math.Log(1 + index.Length(i));
        return lengths;
    }

    private static double[] Names(TermIndex index, double[] idf)
    {
        var names = new double[index.Count];
        for (var i = 0; i < names.Length; i++)
        {
            foreach (var (term, _) in index.Postings(i))
                names[i] += index.IsName(term) ? idf[term] : 0;
        }

        return names;
    }

    /// <summary>
    /// The question's weights, halved for each of the best sentences that has the term: what they leave open is what a second piece of
    /// evidence would say.
    /// </summary>
    private static double[] Residual(TermIndex index, double[] scores, double[] question)
    {
        double[] weights = [.. question];
        foreach (var sentence in Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Take(FeedbackSentences))
        {
            foreach (var (term, _) in index.Postings(sentence))
                weights[term] /= 2;
        }

        return weights;
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
