using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Client.Pages.Savings;

/// <summary>The latest entries of the ledger, newest first, and what only single entries tell.</summary>
public sealed class LatestRequests(IReadOnlyList<LedgerEntry> entries)
{
    public const int Shown = 15;

    internal IEnumerable<LedgerEntry> Newest => entries.Take(Shown);

    internal IReadOnlyList<LedgerEntry> All => entries;

    internal int Count => entries.Count;

    /// <summary>Whether they may be of more than one tenant.</summary>
    internal bool OfSeveral { get; init; }

    /// <summary>How many of the tenants, the busiest, they are of; null where of all.</summary>
    internal int? OfBusiest { get; init; }

    internal bool HasProvider(string name) => entries.Any(e => e.Provider == name);

    /// <summary>Times of the requests that a layer ran for.</summary>
    internal LayerLatency Latency(Func<LayerTimes, double> layer) => LayerLatency.Of(entries.Select(e => layer(e.Times)));

    /// <summary>Requests that went to a model with a prompt, and their prompt tokens before and after compression.</summary>
    internal (int Requests, long Before, long After) Compression
    {
        get
        {
            var called = entries.Where(static e => e.HitKind is HitKind.Miss or HitKind.Bypass && e.Usage.PromptTokens > 0).ToList();
            return (called.Count, called.Sum(static e => (long)e.PromptTokensBefore), called.Sum(static e => (long)e.Usage.PromptTokens));
        }
    }
}
