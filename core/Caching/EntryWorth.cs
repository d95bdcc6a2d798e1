namespace OrleansLlm.Core.Caching;

/// <summary>What a stored answer is expected to save.</summary>
/// <param name="CostUsd">Price of the call that made it: what one hit saves; 0 where the model has no price.</param>
/// <param name="Hits">Hits as decayed at <paramref name="AsOf"/>, those expected of a new entry included.</param>
/// <param name="AsOf">When <paramref name="Hits"/> held.</param>
public readonly record struct EntryWorth(decimal CostUsd, double Hits, DateTimeOffset AsOf)
{
    /// <summary>Hits a new entry starts with: it has proved nothing, so it counts for less than one that was hit once.</summary>
    public const double NewEntryHits = 0.25;

    /// <summary>A new entry.</summary>
    public static EntryWorth New(decimal costUsd, DateTimeOffset now) => new(costUsd, NewEntryHits, now);
}
