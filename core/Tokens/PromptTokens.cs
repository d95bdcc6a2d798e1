using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Tokens;

/// <summary>
/// Prompt tokens of a request: its texts and, but for a legacy completion, three tokens of frame a message and three that start the reply (OpenAI cookbook,
/// "How to count tokens with tiktoken"). Images, audio and tool definitions are not text and are not counted.
/// </summary>
public static class PromptTokens
{
    private const int PerMessage = 3;

    /// <summary>Tokens that start the reply.</summary>
    public const int ReplyStart = 3;

    public static int Count(ITokenCounter counter, ChatRequest request)
    {
        ArgumentNullException.ThrowIfNull(counter);
        ArgumentNullException.ThrowIfNull(request);
        if (request.Form == WireForm.Completions)
            return request.TokensSent + request.Messages.Sum(m => m.TextParts.Sum(p => counter.Count(p.Text)));
        var count = ReplyStart;
        foreach (var message in request.Messages)
            count += Of(counter, message);
        return count;
    }

    /// <summary>Tokens of one message with its frame.</summary>
    public static int Of(ITokenCounter counter, ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(counter);
        ArgumentNullException.ThrowIfNull(message);
        var count = PerMessage;
        foreach (var part in message.TextParts)
            count += counter.Count(part.Text);
        return count;
    }
}
