namespace OrleansLlm.Client.Pages.Charts;

/// <summary>
/// From the tokens the log would have been billed for to those that were, prompt and completion together. Routing moves tokens to
/// another model and removes none.
/// </summary>
internal sealed record TokenWaterfall(long Baseline, long Cache, long Routing, long Compression, long Actual)
{
    public long Saved => Baseline - Actual;

    /// <summary>Part of the baseline saved; 0 without a baseline.</summary>
    public double SavedShare => Baseline == 0 ? 0 : (double)Saved / Baseline;

    /// <summary>True where the layers account for the whole difference.</summary>
    public bool AddsUp => Baseline - Cache - Routing - Compression == Actual;
}
