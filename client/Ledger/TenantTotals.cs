using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Ledger;

namespace OrleansLlm.Client.Ledger;

/// <summary>Reads the hourly sums of many tenants, a few at a time: a month of hundreds of busy ones is more than a process has memory for.</summary>
internal sealed class TenantTotals(IClusterClient cluster)
{
    private const int AtOnce = 16;

    /// <summary>The sums of each tenant from <paramref name="first"/> to <paramref name="last"/>, in order; to be added up before the next is taken.</summary>
    public async IAsyncEnumerable<(string Tenant, LedgerTotals Totals)> ReadAsync(IEnumerable<string> tenants, DateOnly first, DateOnly last)
    {
        foreach (var few in tenants.Chunk(AtOnce))
        {
            var read = await Task.WhenAll(few.Select(t => cluster.GetGrain<ILedgerGrain>(t).TotalsAsync(first, last)));
            for (var i = 0; i < few.Length; i++)
                yield return (few[i], LedgerTotals.FromUtf8Json(read[i]));
        }
    }
}
