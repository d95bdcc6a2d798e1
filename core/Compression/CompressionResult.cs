namespace OrleansLlm.Core.Compression;

/// <summary>What became of one context block.</summary>
/// <param name="Compressed">Whether <paramref name="Text"/> differs from the original.</param>
/// <param name="AbstainReason">
/// Why no sentence was left out; <see cref="AbstainReason.None"/> where some were. Repeats and white space may be gone all the same.
/// </param>
/// <param name="Text">The block to send: the original without the removed spans, or the original itself.</param>
/// <param name="TokensBefore">Tokens of the original under the target model's encoding.</param>
/// <param name="TokensAfter">Tokens of <paramref name="Text"/> under the same encoding.</param>
/// <param name="Removed">What was left out, in order, without overlap.</param>
/// <param name="PrunerUsed">Whether the pruner model's scores took part.</param>
public sealed record CompressionResult(
    bool Compressed,
    AbstainReason AbstainReason,
    string Text,
    int TokensBefore,
    int TokensAfter,
    IReadOnlyList<RemovedSpan> Removed,
    bool PrunerUsed)
{
    /// <summary>
    /// Tokens that went without any loss: repeats of what the block says already, white space that means nothing. Part of
    /// <see cref="TokensBefore"/> - <see cref="TokensAfter"/>.
    /// </summary>
    public int TokensLossless { get; init; }

    /// <summary>Which of the plan's units survived, for measuring; empty where the compressor abstained.</summary>
    internal bool[] KeptUnits { get; init; } = [];
}
