using System.Buffers;
using System.IO.Compression;

namespace OrleansLlm.Core.Caching;

/// <summary>Brotli for stored answers: JSON prose shrinks to about a third, at well under a millisecond.</summary>
public static class AnswerCompression
{
    private const int Quality = 4;
    private const int Window = 18;

    public static byte[] Compress(ReadOnlySpan<byte> answer)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BrotliEncoder.GetMaxCompressedLength(answer.Length));
        try
        {
            return BrotliEncoder.TryCompress(answer, buffer, out var written, Quality, Window)
                ? buffer[..written]
                : throw new InvalidOperationException("Brotli gave no output for a buffer of its own stated size.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The answer; null where the bytes are damaged or would unpack to more than <paramref name="longest"/> bytes.</summary>
    public static byte[]? Decompress(byte[] compressed, int longest)
    {
        ArgumentNullException.ThrowIfNull(compressed);
        using var source = new MemoryStream(compressed, writable: false);
        using var brotli = new BrotliStream(source, CompressionMode.Decompress);
        using var target = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = brotli.Read(buffer, 0, buffer.Length)) > 0)
            {
                target.Write(buffer, 0, read);
                if (target.Length > longest)
                    return null;
            }

            // An answer is never empty: nothing unpacked means damage that the format did not notice.
            return target.Length == 0 ? null : target.ToArray();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
