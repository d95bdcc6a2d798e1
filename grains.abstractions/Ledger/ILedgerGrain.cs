namespace OrleansLlm.Grains.Abstractions.Ledger;

/// <summary>The books of one tenant; the single writer of its entries. Keyed by tenant.</summary>
[Alias("orleansllm.ledger.v1")]
public interface ILedgerGrain : IGrainWithStringKey
{
    /// <summary>Appends entries (UTF-8 JSON, one a line) and returns when they are stored.</summary>
    [Alias("append")]
    Task AppendAsync(byte[] entries);

    /// <summary>Totals over a period as JSON (<c>SavingsReport</c>).</summary>
    [Alias("report")]
    Task<byte[]> ReportAsync(DateTimeOffset from, DateTimeOffset to);
}
