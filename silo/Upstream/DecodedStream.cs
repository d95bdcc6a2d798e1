using OrleansLlm.Client.Wire;

namespace OrleansLlm.Silo.Upstream;

/// <summary>A decoder's output; what cannot be decoded is a broken answer, as one whose connection broke.</summary>
internal sealed class DecodedStream(Stream decoder) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await decoder.ReadAsync(buffer, cancellationToken);
        }
        // The second is Brotli's.
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new IOException("The answer cannot be decoded.", e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read this body asynchronously.");

    public override async ValueTask DisposeAsync()
    {
        await decoder.DisposeAsync();
        await base.DisposeAsync();
    }
}
