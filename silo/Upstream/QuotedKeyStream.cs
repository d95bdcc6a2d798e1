using System.Text;
using OrleansLlm.Client.Wire;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream;

/// <summary>
/// An error's body in which the gateway's own key is starred out: what stands between the gateway and its provider may show the request that it failed on,
/// headers included, and callers read what it says. Read as a whole once it is asked for.
/// </summary>
internal sealed class QuotedKeyStream(Stream inner, string key) : ReadOnlyStream
{
    private const int LargestBody = 4 * 1024 * 1024;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private MemoryStream? _starred;

    /// <summary><paramref name="body"/> without the key, where it is an error's and there is a key to quote.</summary>
    public static Stream Around(int status, Stream body, string? key) => UpstreamReply.IsSuccess(status) || key is null ? body : new QuotedKeyStream(body, key);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_starred is null)
        {
            var body = await PlainBody.ReadAsync(inner, LargestBody, s_patience, cancellationToken);
            if (body.Broken is { } broken)
                throw new IOException(broken);
            var quoted = Encoding.ASCII.GetBytes(key);
            var rest = body.Bytes.AsSpan();
            for (int at; (at = rest.IndexOf(quoted)) >= 0; rest = rest[(at + quoted.Length)..])
                rest.Slice(at, quoted.Length).Fill((byte)'*');
            _starred = new MemoryStream(body.Bytes, writable: false);
        }

        return await _starred.ReadAsync(buffer, cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read this body asynchronously.");

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }
}
