namespace OrleansLlm.Core.Requests;

/// <summary>One message of a chat request, as far as the cost layers read it.</summary>
/// <param name="Role">As sent: <c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c>, <c>tool</c>, <c>function</c> or one not known yet.</param>
/// <param name="TextParts">The content string, or each text part of a content array, in order.</param>
/// <param name="HasOtherParts">Whether the content also holds images, audio, files or parts of an unknown type.</param>
/// <param name="HasToolCalls">Whether the assistant called tools here.</param>
/// <param name="IsAllInBody">Whether those other parts are words that stand in the body, all of them: the call of a caller's function, or what came of it.</param>
public sealed record ChatMessage(string Role, IReadOnlyList<TextPart> TextParts, bool HasOtherParts, bool HasToolCalls, bool IsAllInBody = false)
{
    public bool IsUser => Role == "user";

    public bool IsInstruction => Role is "system" or "developer";
}

/// <summary>A text and the JSON string token it was decoded from.</summary>
/// <param name="Token">The token with its quotes, in the original bytes.</param>
/// <param name="Text">The decoded text.</param>
/// <param name="IsPinned">Whether it stands at or before a mark up to which the provider keeps the prompt by its bytes.</param>
public sealed record TextPart(JsonSpan Token, string Text, bool IsPinned = false);
