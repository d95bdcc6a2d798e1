using OrleansLlm.Core.Compression;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Grains.Compression;

/// <summary>What compression did, or would do, to a request.</summary>
/// <param name="Blocks">The context blocks that become shorter.</param>
/// <param name="TokensBefore">Tokens of all context blocks under the target model.</param>
/// <param name="TokensAfter">The same after compression; equal where nothing was compressed.</param>
/// <param name="Reason">Why nothing was compressed; null where something was.</param>
/// <param name="Milliseconds">Time taken.</param>
internal sealed record CompressionOutcome(
    IReadOnlyList<CompressedBlock> Blocks, int TokensBefore, int TokensAfter, string? Reason, double Milliseconds)
{
    public int TokensRemoved => TokensBefore - TokensAfter;

    public static CompressionOutcome None(string reason) => new([], 0, 0, reason, 0);
}

/// <param name="Block">Where it stands.</param>
/// <param name="Result">What became of it.</param>
internal sealed record CompressedBlock(ContextBlock Block, CompressionResult Result);
