namespace OrleansLlm.Core.Compression.Strategies;

/// <summary>BM25 with the neighbour bonus: the plain measure that the mixture is held against.</summary>
internal sealed class Bm25Strategy : ICompressionStrategy
{
    public bool NeedsQuestion => true;

    public IUnitScores Score(string context, ContextUnit[] units, int[] live, QuestionTerms question)
    {
        var index = new TermIndex();
        foreach (var i in live)
            index.Add(ContextUnit.TextOf(context, units, i));
        var weights = new double[index.TermCount];
        foreach (var term in question.Content)
        {
            if (index.Find(term) is >= 0 and var number)
                weights[number]++;
        }

        var own = Bm25.Score(index, weights);
        return new FixedScores(Bm25.WithNeighbours(own), own.All(score => score == 0));
    }
}
