using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Tokens;

namespace OrleansLlm.Core.Compression.Conversations;

/// <summary>A user's message as it was when it was the last one, or a prompt that went out without a new one (a tool's result).</summary>
/// <param name="Segments">Its question and documents; none where no message of the user's was new.</param>
/// <param name="PromptTokens">Tokens that the prompt it was first sent with surely had, as the caller wrote it.</param>
/// <param name="MayBeMore">Whether the provider counts something besides: tool definitions, images.</param>
public sealed record UserTurn(PromptSegments Segments, int PromptTokens, bool MayBeMore = false)
{
    public int MessageIndex => Segments.MessageIndex;

    /// <summary>
    /// The prompts of a conversation in order, one for each new message of the user's and one for each step between. Read as they are asked for.
    /// </summary>
    public static IEnumerable<UserTurn> Read(ChatRequest chat, ITokenCounter counter)
    {
        ArgumentNullException.ThrowIfNull(chat);
        ArgumentNullException.ThrowIfNull(counter);
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
            if (unsent.Count == 0)
                yield return new UserTurn(PromptSegments.None, tokens, mayBeMore);
            foreach (var message in unsent)
                yield return new UserTurn(message == chat.Segments.MessageIndex ? chat.Segments : PromptSegments.Of(chat.Messages[message], message), tokens, mayBeMore);
            unsent.Clear();
        }
    }
}
