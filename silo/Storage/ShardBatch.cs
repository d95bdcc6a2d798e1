using System.Buffers.Binary;
using System.IO.Hashing;

namespace OrleansLlm.Silo.Storage;

/// <summary>
/// Frames in a file that were written together: a length, a checksum and, each behind its own length, the frames; numbers are of 32 bits, little-endian. A batch
/// of which a crash let only a part reach the disk does not match its checksum; it and what follows it is none.
/// </summary>
internal static class ShardBatch
{
    private const int NumberLength = sizeof(uint);
    private const int HeaderLength = 2 * NumberLength;

    /// <summary>Writes a batch at <paramref name="offset"/>, in place of all that stands from there on, and returns where it ends.</summary>
    public static long Write(string path, FileMode mode, long offset, IReadOnlyList<byte[]> frames, bool throughToDisk = false)
    {
        using var file = File.OpenHandle(path, mode, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        if (RandomAccess.GetLength(file) > offset)
            RandomAccess.SetLength(file, offset);
        if (frames.Count > 0)
        {
            var batch = Encode(frames);
            RandomAccess.Write(file, batch, offset);
            offset += batch.Length;
        }

        if (throughToDisk)
            RandomAccess.FlushToDisk(file);
        return offset;
    }

    /// <summary>The next batch of a file; null at its end.</summary>
    public static IReadOnlyList<byte[]>? Read(Stream file)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
            return null;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length == 0 || length > file.Length - file.Position)
            return null;
        var body = new byte[length];
        file.ReadExactly(body);
        return Crc32.HashToUInt32(body) == BinaryPrimitives.ReadUInt32LittleEndian(header[NumberLength..]) ? Split(body) : null;
    }

    private static byte[] Encode(IReadOnlyList<byte[]> frames)
    {
        var batch = new byte[HeaderLength + frames.Sum(static f => NumberLength + f.Length)];
        var at = HeaderLength;
        foreach (var frame in frames)
        {
            BinaryPrimitives.WriteInt32LittleEndian(batch.AsSpan(at), frame.Length);
            frame.CopyTo(batch, at + NumberLength);
            at += NumberLength + frame.Length;
        }

        BinaryPrimitives.WriteInt32LittleEndian(batch, batch.Length - HeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(batch.AsSpan(NumberLength), Crc32.HashToUInt32(batch.AsSpan(HeaderLength)));
        return batch;
    }

    private static List<byte[]>? Split(ReadOnlySpan<byte> body)
    {
        var frames = new List<byte[]>();
        while (body.Length >= NumberLength)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(body);
            body = body[NumberLength..];
            if (length < 0 || length > body.Length)
                return null;
            frames.Add(body[..length].ToArray());
            body = body[length..];
        }

        return body.IsEmpty ? frames : null;
    }
}
