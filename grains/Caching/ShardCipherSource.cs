using OrleansLlm.Core.Caching;

namespace OrleansLlm.Grains.Caching;

/// <summary>The cipher of this process; null where stored entries are plain.</summary>
public sealed record ShardCipherSource(ShardCipher? Cipher);
