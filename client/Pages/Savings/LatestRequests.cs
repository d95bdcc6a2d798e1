using OrleansLlm.Core.Ledger;

namespace OrleansLlm.Client.Pages.Savings;

/// <summary>The latest entries of the ledger, newest first, and what only single entries tell.</summary>
public sealed class LatestRequests(IReadOnlyList<LedgerEntry> entries)
{
    public const int Shown = 15;

    internal IEnumerable<LedgerEntry> Newest => entries.Take(Shown);

    internal int Count => entries.Count;

    internal bool HasProvider(string name) => entries.Any(e => e.Provider == name);

    /// <summary>Layers in their order with the times of the requests that they ran for.</summary>
    internal IReadOnlyList<LayerLatency> Latencies =>
    [
        LayerLatency.Of("cache", entries.Select(static e => e.Times.Cache)),
        LayerLatency.Of("routing", entries.Select(static e => e.Times.Routing)),
        LayerLatency.Of("compression", entries.Select(static e => e.Times.Compression)),
    ];

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
