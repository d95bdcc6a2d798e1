using Orleans.Concurrency;

namespace OrleansLlm.Grains.Abstractions.Ledger;

/// <summary>The books of one tenant; the single writer of its entries. Keyed by tenant.</summary>
[Alias("orleansllm.ledger.v1")]
public interface ILedgerGrain : IGrainWithStringKey
{
    /// <summary>Appends entries (UTF-8 JSON, one a line) and returns when they are stored. Entries stored before are left out.</summary>
    [Alias("append")]
    Task AppendAsync([Immutable] byte[] entries);

    /// <summary>Hourly sums of the days from <paramref name="from"/> to <paramref name="to"/> (UTC, both included) as JSON (<c>LedgerTotals</c>).</summary>
    [Alias("totals-of-days")]
    Task<byte[]> TotalsAsync(DateOnly from, DateOnly to);

    /// <summary>
    /// Entries of a day (UTC) from index <paramref name="from"/> on, as they were appended, in order; at most <paramref name="count"/>, no more than 1,000. A negative index counts from the day's end.
    /// Empty at the end.
    /// </summary>
    [Alias("read"), AlwaysInterleave]
    Task<byte[]> ReadAsync(DateOnly day, long from, int count);
}
