using System.Buffers;

namespace OrleansLlm.Grains.Gateway;

/// <summary>A stretch of an answer in a <see cref="ReplayBuffer"/>. Used under the buffer's lock; what is in it may be copied without.</summary>
internal sealed class ReplayBlock
{
    private readonly bool _isLent;
    private byte[] _bytes;

    private ReplayBlock(byte[] bytes, int length, long start, bool isLent) => (_bytes, Length, Start, _isLent) = (bytes, length, start, isLent);

    /// <summary>Bytes of the answer in it.</summary>
    public int Length { get; private set; }

    /// <summary>Where it begins in the answer.</summary>
    public long Start { get; private set; }

    /// <summary>Where it ends in the answer.</summary>
    public long End => Start + Length;

    /// <summary>What follows it; null for the last one.</summary>
    public ReplayBlock? Next { get; set; }

    /// <summary>Readers who are copying from it.</summary>
    public int Copying { get; set; }

    /// <summary>Its array, where that is not given back.</summary>
    public byte[]? Whole => _isLent ? null : _bytes;

    /// <summary>An empty one in an array of the pool.</summary>
    public static ReplayBlock Rent(int size, long start) => new(ArrayPool<byte>.Shared.Rent(size), 0, start, isLent: true);

    /// <summary>One of bytes that somebody else may hold too.</summary>
    public static ReplayBlock Of(byte[] bytes, long start) => new(bytes, bytes.Length, start, isLent: false);

    /// <summary>What is in it from a place of the answer on.</summary>
    public ReadOnlySpan<byte> From(long position) => _bytes.AsSpan((int)(position - Start), (int)(End - position));

    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        if (!_isLent || !bytes.TryCopyTo(_bytes.AsSpan(Length)))
            return false;
        Length += bytes.Length;
        return true;
    }

    /// <summary>Begins anew where it ended, unless it must stay as it is.</summary>
    public void Empty()
    {
        if (_isLent && Copying == 0)
            (Start, Length) = (End, 0);
    }

    /// <summary>Gives the array back, unless somebody copies from it: a reader who left in the middle of that would copy another's answer.</summary>
    public void GiveBack()
    {
        if (_isLent && Copying == 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }
}
