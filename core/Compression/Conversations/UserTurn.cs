using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>A user's message as it was when it was the last one.</summary>
/// <param name="Segments">Its question and documents.</param>
/// <param name="PromptTokens">Tokens of the prompt that it was first sent with, as the caller wrote it.</param>
public sealed record UserTurn(PromptSegments Segments, int PromptTokens)
{
    public int MessageIndex => Segments.MessageIndex;

    /// <summary>
    /// The user's messages of a conversation in order, up to the last message if that is the user's; none where it is not, because then
    /// no question is open.
    /// </summary>
    public static IReadOnlyList<UserTurn> Read(ChatRequest chat, ITokenCounter counter)
    {
        ArgumentNullException.ThrowIfNull(chat);
        ArgumentNullException.ThrowIfNull(counter);
        if (chat.Segments.MessageIndex < 0)
            return [];
        var turns = new List<UserTurn>();
        var sent = 0; // user messages whose first prompt is known
        var tokens = 0;
        for (var i = 0; i < chat.Messages.Count; i++)
        {
            var message = chat.Messages[i];
            tokens += Tokens.PromptTokens.Of(counter, message);
            if (message.IsUser)
                turns.Add(new UserTurn(i == chat.Segments.MessageIndex ? chat.Segments : PromptSegments.Of(message, i), 0));
            var isAnswered = i + 1 == chat.Messages.Count || chat.Messages[i + 1].Role == "assistant";
            for (; isAnswered && sent < turns.Count; sent++)
                turns[sent] = turns[sent] with { PromptTokens = tokens + Tokens.PromptTokens.ReplyStart };
        }

        return turns;
    }
}
