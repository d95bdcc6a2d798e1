namespace OrleansLlm.Core.Compression;

/// <summary>What words alone say about each live sentence, one value a sentence, none of them normalised.</summary>
/// <param name="Bm25">BM25 of the question with the neighbour bonus.</param>
/// <param name="SecondHop">BM25 of the question's best sentences' own rare terms, neighbour bonus included; empty where not computed.</param>
internal sealed record LexicalScores(double[] Bm25, double[] SecondHop)
{
    public static LexicalScores Empty { get; } = new([], []);
}
