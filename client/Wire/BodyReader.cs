using System.Buffers;
using Microsoft.Net.Http.Headers;
using OrleansLlm.Client.RateLimits;

namespace OrleansLlm.Client.Wire;

/// <summary>Reads a request body up to a limit, as it is: a compressed one, whose size nobody knows before it is large, is refused.</summary>
internal static class BodyReader
{
    private const string Uncompressed = "identity";

    /// <summary>
    /// The body, or null after a 413 (larger than <paramref name="limit"/> bytes), a 415 (compressed) or a 429 (no <paramref name="room"/> for it) was
    /// written. Small ones, and an operator's, need none.
    /// </summary>
    public static async ValueTask<byte[]?> ReadAsync(HttpContext context, int limit, BodyRoom? room = null)
    {
        if (context.Request.Headers.ContentEncoding.Any(static c => c is { Length: > 0 } && !Uncompressed.Equals(c, StringComparison.OrdinalIgnoreCase)))
        {
            // RFC 9110, 12.5.3: what of a 415 is due to the coding, the answer says by naming those that are taken.
            context.Response.Headers[HeaderNames.AcceptEncoding] = Uncompressed;
            await ErrorResponse.CompressedAsync(context);
            return null;
        }

        var (outcome, body) = await ReadAsync(context.Request, limit, room, context.RequestAborted);
        if (outcome == Outcome.TooLarge)
        {
            await ErrorResponse.TooLargeAsync(context, limit);
        }
        else if (outcome == Outcome.NoRoom)
        {
            context.Response.Headers.RetryAfter = OverloadGate.RetryAfterSeconds;
            await ErrorResponse.OverloadedAsync(context);
        }

        return body;
    }

    private static async ValueTask<(Outcome Outcome, byte[]? Body)> ReadAsync(HttpRequest request, int limit, BodyRoom? room, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
            return (Outcome.TooLarge, null);
        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var outcome = result.Buffer.Length > limit ? Outcome.TooLarge : room?.TryGrow(result.Buffer.Length) == false ? Outcome.NoRoom : Outcome.Read;
            if (outcome != Outcome.Read)
            {
                reader.AdvanceTo(result.Buffer.End);
                return (outcome, null);
            }

            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return (Outcome.Read, body);
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private enum Outcome
    {
        Read,
        TooLarge,
        NoRoom,
    }
}
