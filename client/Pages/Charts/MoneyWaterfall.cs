namespace OrleansLlm.Client.Pages.Charts;

/// <summary>From what the log would have cost to what it cost, in USD; a layer's figure is what it saved (negative: spent).</summary>
internal sealed record MoneyWaterfall(decimal Baseline, decimal Cache, decimal Routing, decimal Compression, decimal Actual)
{
    public decimal Saved => Baseline - Actual;

    /// <summary>Part of the baseline saved; 0 without a baseline.</summary>
    public double SavedShare => Baseline == 0 ? 0 : (double)(Saved / Baseline);

    /// <summary>True where the layers account for the whole difference; false means a wrong entry in the ledger.</summary>
    public bool AddsUp => Baseline - Cache - Routing - Compression == Actual;
}
