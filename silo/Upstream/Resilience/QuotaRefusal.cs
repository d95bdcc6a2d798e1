using System.Text.Json;
using OrleansLlm.Grains.Upstream;

namespace OrleansLlm.Silo.Upstream.Resilience;

/// <summary>
/// A 429 that no waiting mends: the account behind the key has no money left (OpenAI's <c>insufficient_quota</c>). It says so in its body alone; here it is
/// given the header that says it to whoever would repeat the call.
/// </summary>
internal static class QuotaRefusal
{
    private const string Code = "insufficient_quota";
    private const int LargestBody = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether only its body tells.</summary>
    public static bool MayBe(UpstreamReply reply) => reply.Status == StatusCodes.Status429TooManyRequests && reply.Failure == UpstreamFailure.None;

    /// <summary>A reply that <see cref="MayBe"/> such a refusal, with <c>x-should-retry: false</c> where it is one; takes it over.</summary>
    public static async Task<UpstreamReply> MarkAsync(UpstreamReply reply, string provider, CancellationToken cancellationToken)
    {
        try
        {
            var body = await PlainBody.ReadAsync(reply.Body, LargestBody, Patience, cancellationToken);
            reply = reply.WithBody(body.Bytes);
            return body.Broken is null && Is(body.Bytes)
                ? reply.From(provider, [.. reply.Headers.Where(static h => !h.Key.Equals(RetryHint.ShouldRetry, StringComparison.OrdinalIgnoreCase)), new(RetryHint.ShouldRetry, "false")])
                : reply;
        }
        catch
        {
            await reply.DisposeAsync();
            throw;
        }
    }

    private static bool Is(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
                && (Says(error, "code") || Says(error, "type"));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Says(JsonElement error, string property) =>
        error.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(Code);
}
