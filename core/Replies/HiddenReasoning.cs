using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Replies;

/// <summary>Whether a model may be billed for reasoning of which its stream shows nothing or a summary, until its usage tells at the end.</summary>
public static class HiddenReasoning
{
    // Of these every token that is billed is sent.
    private static readonly string[] s_without = ["gpt-3.5", "gpt-35", "gpt-4", "chatgpt-4o", "davinci-", "babbage-", "claude-3-5", "claude-3-haiku", "claude-3-opus", "claude-3-sonnet"];

    /// <summary>True unless <paramref name="model"/> is known not to, or the request does not ask a model for it that does so on demand.</summary>
    public static bool MayBe(ChatRequest request, string model)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(model);
        var name = model[(model.LastIndexOf('/') + 1)..];
        if (Array.Exists(s_without, family => name.StartsWith(family, StringComparison.OrdinalIgnoreCase)))
            return false;
        return request.Form != WireForm.Messages || request.Body.Span.IndexOf("\"thinking\""u8) >= 0;
    }
}
