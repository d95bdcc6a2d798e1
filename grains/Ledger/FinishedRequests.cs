using System.Collections.Concurrent;
using OrleansLlm.Core.Ledger;
using OrleansLlm.Grains.Gateway;

namespace OrleansLlm.Grains.Ledger;

/// <summary>
/// Entries that the meters have still to count: eight measurements of one and more, as dear as writing it, for which no caller is to wait, and of which
/// most are sums over many. Safe for concurrent use.
/// </summary>
internal sealed class FinishedRequests(GatewayTelemetry telemetry)
{
    // Where nobody comes to count, as before a start and after a stop, whoever adds counts.
    private const int MostWaiting = 16 * 1024;

    private readonly Lock _counting = new();
    private readonly ConcurrentQueue<LedgerEntry> _waiting = new();
    private int _count;

    /// <summary>Adds an entry that changes no more.</summary>
    public void Add(LedgerEntry entry)
    {
        _waiting.Enqueue(entry);
        if (Interlocked.Increment(ref _count) > MostWaiting)
            Count();
    }

    /// <summary>Counts what waits.</summary>
    public void Count()
    {
        // Whoever reads the meters next would else miss what another has taken and not told yet.
        lock (_counting)
        {
            var taken = new List<LedgerEntry>();
            // What comes meanwhile is the next one's: those who add may be faster than this.
            for (var left = Volatile.Read(ref _count); left > 0 && _waiting.TryDequeue(out var entry); left--)
                taken.Add(entry);
            Interlocked.Add(ref _count, -taken.Count);
            if (taken.Count > 0)
                telemetry.Finished(taken);
        }
    }
}
