using System.Text.Json;

namespace OrleansLlm.Core.Ledger;

/// <summary>
/// What other thresholds would have saved, by the scores in the ledger: of the cache for every request that had a candidate, of the router for
/// requests that it routed, or would have in shadow mode. It says nothing of how many of those answers would have been right.
/// Not safe for concurrent use.
/// </summary>
public sealed class WhatIf
{
    private static readonly double[] Thresholds = [0.50, 0.60, 0.70, 0.75, 0.80, 0.85, 0.90, 0.92, 0.94, 0.96, 0.98, 0.99];

    private readonly (long Count, decimal Usd)[] _cache = new (long, decimal)[Thresholds.Length];
    private readonly (long Count, decimal Usd)[] _routing = new (long, decimal)[Thresholds.Length];
    private double _lowestRouted = double.PositiveInfinity;

    public void Add(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.HitKind is HitKind.Verification or HitKind.Attempt)
            return;
        if (entry.CacheScore is { } cacheScore)
        {
            decimal? saved = entry.HitKind switch
            {
                HitKind.Semantic => entry.Saved.Cache,
                // A call that a cached answer replaces costs nothing. What it wrote to the provider's cache at a surcharge is spared once only, which
                // the entry's own sum knows where the cache found a hit in shadow mode; without prices it cannot be told of the others.
                HitKind.Miss => entry.ShadowSaved.Cache > 0 ? entry.ShadowSaved.Cache : entry.CostUsd,
                _ => null,
            };
            if (saved is { } usd)
                Count(_cache, cacheScore, usd);
        }

        var routed = entry.Saved.Routing + entry.ShadowSaved.Routing;
        if (entry.RouteScore is { } routeScore && routed != 0)
        {
            _lowestRouted = Math.Min(_lowestRouted, routeScore);
            Count(_routing, routeScore, routed);
        }
    }

    /// <summary>One row a threshold, lowest first.</summary>
    public IReadOnlyList<WhatIfRow> Rows() =>
    [
        .. Thresholds.Select((threshold, i) => new WhatIfRow(
            threshold,
            _cache[i].Count,
            _cache[i].Usd,
            IsKnown(i) ? _routing[i].Count : null,
            IsKnown(i) ? _routing[i].Usd : null)),
    ];

    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(Rows().ToArray(), LedgerJson.Default.WhatIfRowArray);

    // Below the lowest score that was routed nobody knows what the other model would have cost.
    private bool IsKnown(int threshold) => threshold + 1 < Thresholds.Length ? Thresholds[threshold + 1] > _lowestRouted : _lowestRouted <= 1;

    private static void Count((long Count, decimal Usd)[] sums, double score, decimal usd)
    {
        for (var i = 0; i < Thresholds.Length && Thresholds[i] <= score; i++)
            sums[i] = (sums[i].Count + 1, sums[i].Usd + usd);
    }
}

/// <summary>What one threshold would have saved.</summary>
/// <param name="Threshold">The cache's accept probability, and the router's P(simple).</param>
/// <param name="CacheHits">Requests that the cache would have answered by meaning, or did.</param>
/// <param name="CacheSavedUsd">USD of calls spared.</param>
/// <param name="Routed">Requests that would have gone to another model, or did; null where the ledger holds none with such scores.</param>
/// <param name="RoutingSavedUsd">USD that it saves; null likewise.</param>
public sealed record WhatIfRow(double Threshold, long CacheHits, decimal CacheSavedUsd, long? Routed, decimal? RoutingSavedUsd);
