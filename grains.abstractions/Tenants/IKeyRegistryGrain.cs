namespace OrleansLlm.Grains.Abstractions.Tenants;

/// <summary>All keys that were made here; their single writer. One for the cluster, keyed 0.</summary>
[Alias("orleansllm.keys.v1")]
public interface IKeyRegistryGrain : IGrainWithIntegerKey
{
    /// <summary>How long a copy of the keys is trusted from the moment it was asked for.</summary>
    static readonly TimeSpan TrustedFor = TimeSpan.FromMilliseconds(500);

    /// <summary>After which a change holds in every process; a moment longer than copies are trusted.</summary>
    static readonly TimeSpan HoldsAfter = TimeSpan.FromMilliseconds(600);

    /// <summary>Keys that changed after <paramref name="sequence"/>, in order of change, a page of them.</summary>
    [Alias("after")]
    ValueTask<KeyPage> AfterAsync(long sequence);

    /// <summary>Stores a new key, or a changed one in place of the one that had <paramref name="expectedSequence"/> (0: there must be none). False where it is another's.</summary>
    /// <param name="key">The key as <c>VirtualKey</c> JSON; its sequence is set here.</param>
    /// <param name="expectedSequence">See above.</param>
    [Alias("put")]
    Task<bool> PutAsync(byte[] key, long expectedSequence);
}

/// <param name="Keys">Each as <c>VirtualKey</c> JSON.</param>
/// <param name="More">Whether there are more.</param>
[GenerateSerializer, Immutable, Alias("orleansllm.keys.page.v1")]
public readonly record struct KeyPage([property: Id(0)] byte[][] Keys, [property: Id(1)] bool More);
