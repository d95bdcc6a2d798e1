using System.Text;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Tokens;

/// <summary>The most tokens that a request can be billed.</summary>
/// <param name="Prompt">Prompt tokens.</param>
/// <param name="Completion">Completion tokens of all choices, reasoning included; <see cref="long.MaxValue"/> where it is that or more.</param>
public readonly record struct TokenBound(long Prompt, long Completion)
{
    // Anthropic puts a prompt of its own before the tools and bills it: up to 530 tokens by its documentation.
    private const int ToolsPreamble = 600;

    // Vendors whose tokenizer ours is; of another vendor's a token is at least one byte.
    private static readonly string[] CountedExactly = ["gpt-", "chatgpt-", "o1", "o3", "o4", "text-embedding-"];

    /// <summary>
    /// For a chat or responses request to <paramref name="model"/>. Texts are counted; everything else in the body (tools, formats, names, frames) is
    /// held to be a token a byte, which no tokenizer exceeds. What the body only points at (images, files, an earlier conversation) may fill the
    /// whole context. A conversation that the provider may shorten first is read, and written for, twice.
    /// </summary>
    public static TokenBound Of(ChatRequest request, string model, ModelLimits limits)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(model);
        var once = OfOnePass(request, model, limits);
        return request.MayBeShortened ? new(2 * once.Prompt, 2 * once.Completion) : once;
    }

    private static TokenBound OfOnePass(ChatRequest request, string model, ModelLimits limits)
    {
        // Some servers take zero or less for no bound at all.
        var anAnswer = request.MaxCompletionTokens is > 0 and var most ? most : limits.OutputTokens;
        var completion = long.CreateSaturating(Math.BigMul((long)anAnswer, Math.Max(request.Choices, request.AnswersWritten)));
        if (request.PointsElsewhere || (request.HasOtherParts && request.Messages.Any(static m => m.HasOtherParts && !m.IsAllInBody)))
            return new(limits.ContextTokens, completion);
        long texts = 0, bytes = 0;
        foreach (var part in request.Messages.SelectMany(static m => m.TextParts))
        {
            bytes += Encoding.UTF8.GetByteCount(part.Text);
            texts += Most(part.Text, model);
        }

        // Several prompts may fill the context each; tokens sent as numbers take more than a byte.
        var prompt = texts + Math.Max(0, request.Body.Length - bytes) + (request.Form == WireForm.Messages && request.HasTools ? ToolsPreamble : 0);
        return new(request.Form == WireForm.Completions ? prompt : Math.Min(limits.ContextTokens, prompt), completion);
    }

    /// <summary>For an embeddings request: it has a prompt only.</summary>
    public static TokenBound Of(EmbeddingsRequest request, string model)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(model);
        return new(request.TokensSent + request.Texts.Sum(t => Most(t, model)), 0);
    }

    // A provider reads "<|endoftext|>" in a text as what it is, our tokenizer as one token; and what is counted in pieces is not counted exactly.
    private static long Most(string text, string model) =>
        IsCountedExactly(model) && !text.Contains("<|", StringComparison.Ordinal) && ModelTokenizer.ForModel(model).Count(text, out var inPieces) is var count && inPieces == 0
            ? count
            : Encoding.UTF8.GetByteCount(text);

    private static bool IsCountedExactly(string model)
    {
        var name = model[(model.LastIndexOf('/') + 1)..];
        return Array.Exists(CountedExactly, p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase));
    }
}
