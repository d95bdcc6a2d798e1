using System.ComponentModel.DataAnnotations;
using OrleansLlm.Core.Compression;

namespace OrleansLlm.Grains.Compression;

/// <summary><c>OrleansLlm:Compression</c>: the query-aware prompt compressor. Takes effect at start.</summary>
public sealed class CompressionOptions
{
    /// <value>Share of a document's tokens to keep, 0.05 to 1; code, tables and data count but are never cut. Default 0.62.</value>
    [Range(0.05, 1.0)]
    public double KeepRate { get; set; } = CompressionSettings.DefaultKeepRate;

    /// <value>Most tokens of a document, in place of <see cref="KeepRate"/>; one whose code, tables and data alone are longer stays as it is. Default: none.</value>
    [Range(1, 10_000_000)]
    public int? TokenBudget { get; set; }

    /// <value>
    /// Share of the right answers that compression must leave right, 0.5 to 0.999, in place of <see cref="KeepRate"/>: the strongest rate that a
    /// certificate for the model supports; where none does, only duplicates and white space go. Default: none.
    /// </value>
    [Range(0.5, 0.999)]
    public double? QualityFloor { get; set; }

    /// <value>Certificates of <c>calibrate compress</c> for <see cref="QualityFloor"/>, one a model.</value>
    public IList<string> Certificates { get; } = [];

    /// <value>How what stays is chosen: <c>QueryAware</c> (default), <c>Bm25</c>, <c>TruncateMiddle</c>, or <c>LlmLingua2</c> with the model that <c>OrleansLlm:Inference:TokenClassifier</c> names.</value>
    public CompressionStrategy Strategy { get; set; }

    /// <value>
    /// Whether records of JSON data (arrays of like objects, JSON Lines) compete for the budget as sentences do, where the question names some of
    /// them and is not about all. Default false: a count or a join over thinned records would be wrong without anybody noticing.
    /// </value>
    public bool ThinRecords { get; set; }

    /// <value>Whether the ledger keeps where each removed stretch stood, white space apart, why it went, and its score. Default false: <c>/v1/explain</c> tells it of any request.</value>
    public bool RecordRemoved { get; set; }

    /// <value>Documents of fewer tokens are left alone. Default 300.</value>
    [Range(0, 10_000_000)]
    public int MinimumContextTokens { get; set; } = CompressionSettings.DefaultMinimumContextTokens;

    /// <value>A smaller saving is not worth a changed prompt. Default 24 tokens.</value>
    [Range(1, 10_000_000)]
    public int MinimumSavedTokens { get; set; } = CompressionSettings.DefaultMinimumSavedTokens;

    /// <summary>The same as the compressor takes it.</summary>
    public CompressionSettings ToSettings() => new(KeepRate, MinimumContextTokens, MinimumSavedTokens, TokenBudget, Strategy: Strategy, ThinRecords: ThinRecords);
}
