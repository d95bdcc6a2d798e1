using System.Buffers;

namespace OrleansLlm.Grains.Upstream;

/// <summary>A whole answer, or why there is none.</summary>
/// <param name="Bytes">The body; what came of it where it broke off.</param>
/// <param name="Broken">What went wrong, in words fit for the caller; null for a whole body.</param>
public readonly record struct PlainBody(byte[] Bytes, string? Broken)
{
    private const int ReadSize = 16 * 1024;

    /// <summary>Reads <paramref name="body"/> to its end, or until it is larger than <paramref name="maxBytes"/> or silent for as long as <paramref name="idle"/>.</summary>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public static async ValueTask<PlainBody> ReadAsync(Stream body, int maxBytes, TimeSpan idle, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        var length = 0;
        string? broken = null;
        using var deadline = new IdleDeadline(idle, cancellationToken);
        try
        {
            int read;
            while ((read = await deadline.ReadAsync(body, buffer.AsMemory(length))) > 0)
            {
                length += read;
                if (length > maxBytes)
                {
                    broken = "The provider's answer is larger than the gateway allows.";
                    break;
                }

                if (length == buffer.Length)
                    buffer = Grown(buffer);
            }

            return new PlainBody(buffer.AsSpan(0, length).ToArray(), broken);
        }
        catch (IOException)
        {
            return new PlainBody(buffer.AsSpan(0, length).ToArray(), "The provider's answer broke off.");
        }
        catch (TimeoutException)
        {
            return new PlainBody(buffer.AsSpan(0, length).ToArray(), "The provider's answer fell silent.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grown(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * buffer.Length, Array.MaxLength));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
