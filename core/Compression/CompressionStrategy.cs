namespace OrleansLlm.Core.Compression;

/// <summary>How the compressor chooses what stays.</summary>
public enum CompressionStrategy
{
    /// <summary>Sentences that the question needs, by the fitted mixture.</summary>
    QueryAware,

    /// <summary>Sentences by BM25 with a bonus for neighbours.</summary>
    Bm25,

    /// <summary>Sentences at the beginning and at the end.</summary>
    TruncateMiddle,

    /// <summary>Words of every sentence by a token classifier, whatever is asked.</summary>
    LlmLingua2,
}
