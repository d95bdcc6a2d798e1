using System.ComponentModel.DataAnnotations;
using OrleansLlm.Core.Compression;

namespace OrleansLlm.Grains.Compression;

/// <summary><c>OrleansLlm:Compression</c>: the query-aware prompt compressor. Takes effect at start.</summary>
public sealed class CompressionOptions
{
    /// <value>Share of a document's tokens to keep, 0.05 to 1; code, tables and data count but are never cut. Default 0.62.</value>
    [Range(0.05, 1.0)]
    public double KeepRate { get; set; } = CompressionSettings.DefaultKeepRate;

    /// <value>Documents of fewer tokens are left alone. Default 300.</value>
    [Range(0, 10_000_000)]
    public int MinimumContextTokens { get; set; } = CompressionSettings.DefaultMinimumContextTokens;

    /// <value>A smaller saving is not worth a changed prompt. Default 24 tokens.</value>
    [Range(1, 10_000_000)]
    public int MinimumSavedTokens { get; set; } = CompressionSettings.DefaultMinimumSavedTokens;
}
