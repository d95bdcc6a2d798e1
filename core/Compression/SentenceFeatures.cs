using System.Collections.Immutable;

namespace OrleansLlm.Core.Compression;

/// <summary>
/// What words alone say about each live sentence: one column a feature, in the order of <see cref="Names"/>, each standardised over
/// the sentences of its context (zero mean, unit deviation; all zeros where the values do not differ).
/// </summary>
internal sealed class SentenceFeatures
{
    private readonly double[][] _columns;

    /// <param name="columns">Raw values, one array a feature and one value a sentence.</param>
    /// <param name="plain">What <see cref="Plain"/> says.</param>
    /// <param name="words">What <see cref="Words"/> says.</param>
    /// <param name="coverage">What <see cref="Coverage"/> says.</param>
    /// <param name="isTranscript">Whether the sentences are turns of speakers.</param>
    public SentenceFeatures(double[][] columns, double[] plain, double[] words, QuestionCoverage coverage, bool isTranscript)
    {
        if (columns.Length != Names.Length)
            throw new ArgumentException($"{columns.Length} columns; there must be one for each of the {Names.Length} features.", nameof(columns));
        _columns = Array.ConvertAll(columns, Standardise);
        Plain = plain;
        Words = words;
        Coverage = coverage;
        IsTranscript = isTranscript;
    }

    /// <summary>The features' names, as the mixture file has them.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "bm25", "neighbours", "density40", "density200", "density800", "coverage", "coverage40", "coverage200", "adjacency", "paragraph",
        "roots", "secondHop", "lead", "answerKind", "opensParagraph", "length", "names", "coverage800", "residual", "meaning",
        .. StretchScorer.Names,
    ];

    public bool IsTranscript { get; }

    /// <summary>BM25 with the neighbour bonus: the ranking that the mixture must not fall under.</summary>
    public IReadOnlyList<double> Plain { get; }

    /// <summary>Words of each sentence, 1 at least.</summary>
    public IReadOnlyList<double> Words { get; }

    /// <summary>Which of the question's words each sentence has.</summary>
    public QuestionCoverage Coverage { get; }

    /// <summary>Whether no sentence shares a word with the question.</summary>
    public bool IsFlat => Plain.All(score => score == 0);

    /// <summary>Sentences.</summary>
    public int Count => _columns[0].Length;

    public ReadOnlySpan<double> Column(int feature) => _columns[feature];

    /// <summary>Zero mean, unit deviation; all zeros where the values do not differ.</summary>
    public static double[] Standardise(double[] values)
    {
        var mean = 0d;
        foreach (var value in values)
            mean += value / values.Length;
        var variance = 0d;
        foreach (var value in values)
            variance += (value - mean) * (value - mean) / values.Length;
        var scale = variance > 1e-12 ? 1 / Math.Sqrt(variance) : 0;
        return Array.ConvertAll(values, value => (value - mean) * scale);
    }
}
