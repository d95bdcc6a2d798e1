using System.Buffers;

namespace OrleansLlm.Grains.Upstream;

/// <summary>A whole answer, or why there is none.</summary>
/// <param name="Bytes">The body; what came of it where it broke off.</param>
/// <param name="Broken">What went wrong, in words fit for the caller; null for a whole body.</param>
internal readonly record struct PlainBody(byte[] Bytes, string? Broken)
{
    private const int ReadSize = 16 * 1024;

    /// <summary>Reads <paramref name="body"/> to its end.</summary>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public static async Task<PlainBody> ReadAsync(Stream body, int maxBytes, TimeSpan idle, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(ReadSize);
        string? broken = null;
        using var deadline = new IdleDeadline(idle, cancellationToken);
        try
        {
            int read;
            while ((read = await deadline.ReadAsync(body, buffer.GetMemory(ReadSize))) > 0)
            {
                buffer.Advance(read);
                if (buffer.WrittenCount > maxBytes)
                {
                    broken = "The provider's answer is larger than the gateway allows.";
                    break;
                }
            }
        }
        catch (IOException)
        {
            broken = "The provider's answer broke off.";
        }
        catch (TimeoutException)
        {
            broken = "The provider's answer fell silent.";
        }

        return new PlainBody(buffer.WrittenSpan.ToArray(), broken);
    }
}
