using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OrleansLlm.Core.Caching;

/// <summary>
/// AES-256-GCM for stored entries. A sealed entry is the key's id (4 bytes), a random nonce (12), the tag (16) and the ciphertext; it opens only
/// under the same key and shard, so that nobody who can write to the store can move an answer into another partition.
/// </summary>
public sealed class ShardCipher : IDisposable
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyLength = 32;

    private const int IdLength = 4;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    // Shards seal and open side by side, and an AesGcm is for one thread at a time.
    private readonly ThreadLocal<AesGcm> _aes;
    private readonly uint _id;

    private ShardCipher(byte[] key)
    {
        _aes = new(() => new AesGcm(key, TagLength), trackAllValues: true);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(key, hash);
        _id = BinaryPrimitives.ReadUInt32LittleEndian(hash);
    }

    /// <summary>A cipher of the key written as Base64, or null where that is not 32 bytes.</summary>
    public static ShardCipher? FromBase64(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var bytes = new byte[KeyLength];
        return Convert.TryFromBase64String(key, bytes, out var written) && written == KeyLength ? new ShardCipher(bytes) : null;
    }

    /// <summary>Seals <paramref name="plain"/> for <paramref name="context"/>.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> context)
    {
        var sealedBytes = new byte[IdLength + NonceLength + TagLength + plain.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(sealedBytes, _id);
        var nonce = sealedBytes.AsSpan(IdLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        _aes.Value!.Encrypt(nonce, plain, sealedBytes.AsSpan(IdLength + NonceLength + TagLength), sealedBytes.AsSpan(IdLength + NonceLength, TagLength), context);
        return sealedBytes;
    }

    /// <summary>What was sealed, or null where it is damaged, of another key or of another context.</summary>
    public byte[]? Open(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> context)
    {
        if (sealedBytes.Length < IdLength + NonceLength + TagLength || BinaryPrimitives.ReadUInt32LittleEndian(sealedBytes) != _id)
            return null;
        var plain = new byte[sealedBytes.Length - IdLength - NonceLength - TagLength];
        try
        {
            _aes.Value!.Decrypt(
                sealedBytes.Slice(IdLength, NonceLength), sealedBytes[(IdLength + NonceLength + TagLength)..],
                sealedBytes.Slice(IdLength + NonceLength, TagLength), plain, context);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var aes in _aes.Values)
            aes.Dispose();
        _aes.Dispose();
    }
}
