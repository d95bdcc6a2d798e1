using System.Runtime.CompilerServices;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Abstractions.Ledger;

namespace OrleansLlm.Client.Ledger;

/// <summary>Reads single entries from the tenants' ledgers, a piece at a time.</summary>
internal sealed class LedgerReader(IClusterClient cluster, ILogger<LedgerReader> logger)
{
    private const int Piece = 1000;

    /// <summary>Entries of [<paramref name="from"/>, <paramref name="to"/>), tenant by tenant, day by day, in the order in which they were stored.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LedgerEntry>> ReadAsync(
        IReadOnlyList<string> tenants, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var tenant in tenants)
        {
            var ledger = cluster.GetGrain<ILedgerGrain>(tenant);
            for (var day = DateOnly.FromDateTime(from.UtcDateTime); day <= DateOnly.FromDateTime(to.UtcDateTime); day = day.AddDays(1))
            {
                int read;
                var at = 0L;
                do
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var lines = LedgerLine.Split(await ledger.ReadAsync(day, at, Piece));
                    at += read = lines.Count;
                    var entries = lines.Select(static l => LedgerLine.Read(l.Span)).OfType<LedgerEntry>().ToList();
                    if (entries.Count < read)
                        ApiLog.LinesLeftOut(logger, read - entries.Count, tenant, day);
                    entries.RemoveAll(e => e.At < from || e.At >= to);
                    if (entries.Count > 0)
                        yield return entries;
                }
                while (read == Piece);
            }
        }
    }
}
