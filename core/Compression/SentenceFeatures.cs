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
    /// <param name="isTranscript">Whether the sentences are turns of speakers.</param>
    /// <param name="isFlat">Whether no sentence shares a word with the question.</param>
    public SentenceFeatures(double[][] columns, bool isTranscript, bool isFlat)
    {
        if (columns.Length != Names.Length)
            throw new ArgumentException($"{columns.Length} columns; there must be one for each of the {Names.Length} features.", nameof(columns));
        _columns = Array.ConvertAll(columns, Standardise);
        IsTranscript = isTranscript;
        IsFlat = isFlat;
    }

    /// <summary>The features' names, as the mixture file has them.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "bm25", "neighbours", "density40", "density200", "density800", "coverage", "coverage40", "coverage200", "adjacency", "paragraph",
        "roots", "secondHop", "lead", "answerKind", "opensParagraph", "length", "names", "coverage800", "residual",
    ];

    public static SentenceFeatures Empty { get; } = new([.. Names.Select(_ => Array.Empty<double>())], false, true);

    public bool IsTranscript { get; }

    public bool IsFlat { get; }

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
