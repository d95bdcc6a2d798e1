using System.Buffers;
using OrleansLlm.Core.Requests;

namespace OrleansLlm.Client.RateLimits;

/// <summary>
/// What a request is let in with, before it is known what it uses: four bytes a token, as the vendors estimate, and the bound on its answer. A picture
/// or a file in the body is billed by its size or its pages and not by its bytes: at most <see cref="DataTokens"/> each.
/// </summary>
internal static class TokenEstimate
{
    private const int BytesPerToken = 4;

    // About what the vendors take for a picture of the size that they shrink it to.
    private const int DataTokens = 1600;

    // Base64 and its data URL, as JSON may write them.
    private static readonly SearchValues<byte> DataBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=\\:;,."u8);

    public static long Of(ChatRequest request)
    {
        var bytes = request.Body.Length - (request.HasOtherParts ? BytesOverData(request.Body.Span) : 0);
        return long.CreateSaturating(
            1 + (bytes / BytesPerToken) + Math.BigMul((long)Math.Max(0, request.MaxCompletionTokens ?? 0), Math.Max(request.Choices, request.AnswersWritten)));
    }

    public static long Of(EmbeddingsRequest request) => 1 + (request.Body.Length / BytesPerToken);

    // What data takes in the body beyond the figure that it counts for.
    private static int BytesOverData(ReadOnlySpan<byte> body)
    {
        var over = 0;
        while (!body.IsEmpty)
        {
            var end = body.IndexOfAnyExcept(DataBytes);
            var run = end < 0 ? body.Length : end;
            over += Math.Max(0, run - (DataTokens * BytesPerToken));
            body = body[Math.Min(run + 1, body.Length)..];
        }

        return over;
    }
}
