namespace OrleansLlm.Silo.Replay;

/// <summary>What the compressor did, over the requests that a model answered.</summary>
/// <param name="Compressed">Requests whose prompt got shorter.</param>
/// <param name="TokensRemoved">Prompt tokens taken out of them.</param>
/// <param name="TokensBeforeCompressed">Their prompt tokens before.</param>
/// <param name="TokensBeforeAll">Prompt tokens before of all requests that a model answered.</param>
internal sealed record CompressionOutcome(long Compressed, long TokensRemoved, long TokensBeforeCompressed, long TokensBeforeAll)
{
    /// <summary>Removed / before among the compressed requests, in [0,1].</summary>
    public double RateCompressed => TokensBeforeCompressed == 0 ? 0 : (double)TokensRemoved / TokensBeforeCompressed;

    /// <summary>Removed / before over all requests that a model answered, in [0,1].</summary>
    public double RateAll => TokensBeforeAll == 0 ? 0 : (double)TokensRemoved / TokensBeforeAll;
}
