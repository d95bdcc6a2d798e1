using System.Collections.Concurrent;

namespace OrleansLlm.Grains.Telemetry;

/// <summary>Names that come from outside, as values of metric tags: the first <paramref name="most"/> as they are, all others as one.</summary>
internal sealed class BoundedNames(int most)
{
    public const string Other = "_OTHER";

    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);
    private int _count;

    public string Of(string name)
    {
        if (_names.TryGetValue(name, out var known))
            return known;
        return Volatile.Read(ref _count) < most && Interlocked.Increment(ref _count) <= most ? _names.GetOrAdd(name, name) : Other;
    }
}
