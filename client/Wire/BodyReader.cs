using System.Buffers;
using Microsoft.Net.Http.Headers;

namespace OrleansLlm.Client.Wire;

/// <summary>Reads a request body up to a limit, as it is: a compressed one, whose size nobody knows before it is large, is refused.</summary>
internal static class BodyReader
{
    private const string Uncompressed = "identity";

    /// <summary>The body, or null after a 413 (larger than <paramref name="limit"/> bytes) or a 415 (compressed) was written.</summary>
    public static async ValueTask<byte[]?> ReadAsync(HttpContext context, int limit)
    {
        if (context.Request.Headers.ContentEncoding.Any(static c => c is { Length: > 0 } && !Uncompressed.Equals(c, StringComparison.OrdinalIgnoreCase)))
        {
            // RFC 9110, 12.5.3: what of a 415 is due to the coding, the answer says by naming those that are taken.
            context.Response.Headers[HeaderNames.AcceptEncoding] = Uncompressed;
            await ErrorResponse.CompressedAsync(context);
            return null;
        }

        if (await ReadAsync(context.Request, limit, context.RequestAborted) is { } body)
            return body;
        await ErrorResponse.TooLargeAsync(context, limit);
        return null;
    }

    private static async ValueTask<byte[]?> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
            return null;
        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.Length > limit)
            {
                reader.AdvanceTo(result.Buffer.End);
                return null;
            }

            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}
