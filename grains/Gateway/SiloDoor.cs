using OrleansLlm.Grains.Abstractions.Gateway;

namespace OrleansLlm.Grains.Gateway;

/// <inheritdoc cref="ISiloDoor"/>
internal sealed class SiloDoor : ISiloDoor
{
    public ValueTask KnockAsync() => default;
}
