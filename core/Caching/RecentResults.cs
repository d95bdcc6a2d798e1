using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// The latest results of a function that always gives the same for the same, in two generations: what is used while the younger one fills stays, the rest is
/// forgotten with the older one. Thread-safe.
/// </summary>
/// <param name="most">Most results held, 2 at least.</param>
public sealed class RecentResults<TKey, TValue>(int most)
    where TKey : notnull
{
    private Generations _generations = new([]);

    /// <summary>The result, where it is remembered.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var generations = Volatile.Read(ref _generations);
        if (generations.Young.TryGetValue(key, out value))
            return true;
        if (!generations.Old.TryGetValue(key, out value))
            return false;
        Add(key, value);
        return true;
    }

    /// <summary>Remembers a result.</summary>
    public void Add(TKey key, TValue value)
    {
        var generations = Volatile.Read(ref _generations);
        if (generations.Young.TryAdd(key, value) && generations.Grow() == most / 2)
            Volatile.Write(ref _generations, new(generations.Young));
    }

    private sealed class Generations(ConcurrentDictionary<TKey, TValue> old)
    {
        private int _count;

        public ConcurrentDictionary<TKey, TValue> Young { get; } = [];

        public ConcurrentDictionary<TKey, TValue> Old => old;

        // Counting the entries of a concurrent dictionary takes all its locks.
        public int Grow() => Interlocked.Increment(ref _count);
    }
}
