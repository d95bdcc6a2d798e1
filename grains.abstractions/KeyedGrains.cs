using Orleans.Runtime;

namespace OrleansLlm.Grains.Abstractions;

/// <summary>
/// Grains of one interface by key. Orleans finds out anew for each reference which class serves the interface, by the interface's name; here that is
/// asked once.
/// </summary>
/// <typeparam name="T">Served by one class.</typeparam>
public sealed class KeyedGrains<T>(IGrainFactory grains)
    where T : IGrainWithStringKey
{
    private Kind? _kind;

    public T Get(string key)
    {
        if (_kind is { } kind)
            return (T)grains.GetGrain(GrainId.Create(kind.Grain, key), kind.Interface);
        var first = grains.GetGrain<T>(key);
        _kind = new Kind(first.GetGrainId().Type, ((GrainReference)(object)first).InterfaceType);
        return first;
    }

    private sealed record Kind(GrainType Grain, GrainInterfaceType Interface);
}
