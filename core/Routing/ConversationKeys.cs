using OrleansLlm.Core.Requests;

namespace OrleansLlm.Core.Routing;

/// <summary>
/// Recognises the turns of a conversation by what they resend: the API keeps no conversation, but each request carries all messages before it. A
/// request's prompt is the hash of its messages; the prompt before it ends ahead of the last answer.
/// </summary>
/// <param name="Root">Hash of the messages up to the first of the user: the same for all turns of a conversation.</param>
/// <param name="Prompt">Hash of all messages.</param>
/// <param name="Before">Hash of the messages ahead of the last answer; null in a first turn.</param>
public sealed record ConversationKeys(string Root, string Prompt, string? Before)
{
    /// <summary>Reads the keys of a request.</summary>
    public static ConversationKeys Of(IReadOnlyList<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var lastAnswer = -1;
        for (var i = messages.Count - 1; i > 0 && lastAnswer < 0; i--)
        {
            if (messages[i].Role == "assistant")
                lastAnswer = i;
        }

        using var hash = new CanonicalHash();
        string? root = null, before = null;
        for (var i = 0; i < messages.Count; i++)
        {
            if (i == lastAnswer)
                before = Name(hash);
            Append(hash, messages[i]);
            if (root is null && messages[i].IsUser)
                root = Name(hash);
        }

        var prompt = Name(hash);
        return new ConversationKeys(root ?? prompt, prompt, before);
    }

    private static void Append(CanonicalHash hash, ChatMessage message)
    {
        CanonicalJson.AppendText(hash, 'r', message.Role);
        foreach (var part in message.TextParts)
            CanonicalJson.AppendText(hash, 't', part.Text);
        CanonicalJson.AppendText(hash, 'o', message.HasOtherParts ? "1" : "0");
        CanonicalJson.AppendText(hash, 'c', message.HasToolCalls ? "1" : "0");
    }

    private static string Name(CanonicalHash hash) => Convert.ToHexStringLower(hash.Current());
}
