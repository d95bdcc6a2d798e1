using OrleansLlm.Core.Requests;

namespace OrleansLlm.Client.RateLimits;

/// <summary>What a request is let in with, before it is known what it uses: four bytes a token, as the vendors estimate, and the bound on its answer.</summary>
internal static class TokenEstimate
{
    private const int BytesPerToken = 4;

    public static long Of(ChatRequest request) => long.CreateSaturating(
        1 + (request.Body.Length / BytesPerToken) + Math.BigMul((long)Math.Max(0, request.MaxCompletionTokens ?? 0), Math.Max(request.Choices, request.AnswersWritten)));

    public static long Of(EmbeddingsRequest request) => 1 + (request.Body.Length / BytesPerToken);
}
