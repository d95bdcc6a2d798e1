using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>A user's message as it was when it was the last one.</summary>
/// <param name="Segments">Its question and documents.</param>
/// <param name="PromptTokens">Tokens that the prompt it was first sent with surely had, as the caller wrote it.</param>
/// <param name="MayBeMore">Whether the provider counts something besides: tool definitions, images.</param>
public sealed record UserTurn(PromptSegments Segments, int PromptTokens, bool MayBeMore = false)
{
    public int MessageIndex => Segments.MessageIndex;

    /// <summary>
    /// The user's messages of a conversation in order, up to the last message if that is the user's; none where it is not, because then
    /// no question is open. Read as they are asked for.
    /// </summary>
    public static IEnumerable<UserTurn> Read(ChatRequest chat, ITokenCounter counter)
    {
        ArgumentNullException.ThrowIfNull(chat);
        ArgumentNullException.ThrowIfNull(counter);
        if (chat.Segments.MessageIndex < 0)
            yield break;
        var unsent = new List<int>();
        var (tokens, mayBeMore) = UncountedTokens.OutsideMessages(chat, counter);
        tokens += Tokens.PromptTokens.ReplyStart;
        for (var i = 0; i < chat.Messages.Count; i++)
        {
            tokens += Tokens.PromptTokens.Of(counter, chat.Messages[i]);
            mayBeMore |= chat.Messages[i].HasOtherParts || chat.Messages[i].HasToolCalls;
            if (chat.Messages[i].IsUser)
                unsent.Add(i);
            // The prompt that an answer follows went out with all messages up to here.
            if (i + 1 < chat.Messages.Count && chat.Messages[i + 1].Role != "assistant")
                continue;
            foreach (var message in unsent)
                yield return new UserTurn(message == chat.Segments.MessageIndex ? chat.Segments : PromptSegments.Of(chat.Messages[message], message), tokens, mayBeMore);
            unsent.Clear();
        }
    }
}
