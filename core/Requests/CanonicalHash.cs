using System.Buffers;
using System.Security.Cryptography;

namespace OrleansLlm.Core.Requests;

/// <summary>
/// SHA-256 over many small pieces. They are gathered first: a piece handed to the system's library alone costs more than its hashing, and what fits
/// the buffer is hashed in one call, without a context of its own there.
/// </summary>
internal sealed class CanonicalHash : IDisposable
{
    private const int BufferSize = 8 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private IncrementalHash? _earlier;
    private int _length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _length)
            Flush();
        if (bytes.Length > _buffer.Length)
        {
            _earlier!.AppendData(bytes);
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>The hash of everything appended so far; more may follow.</summary>
    public byte[] Current()
    {
        if (_earlier is null)
            return SHA256.HashData(_buffer.AsSpan(0, _length));
        Flush();
        return _earlier.GetCurrentHash();
    }

    public void Dispose()
    {
        _earlier?.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private void Flush()
    {
        _earlier ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _earlier.AppendData(_buffer.AsSpan(0, _length));
        _length = 0;
    }
}
