using System.Text.Json;
using OrleansLlm.Core.Requests;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Replies;

/// <summary>Whether more may be billed than a stream that was given up has shown: reasoning of which it shows nothing or a summary, or an answer that is gone on with.</summary>
public static class HiddenReasoning
{
    // Of these every token that is billed is sent.
    private static readonly string[] s_without = ["gpt-3.5", "gpt-35", "gpt-4", "chatgpt-4o", "davinci-", "babbage-", "claude-3-5", "claude-3-haiku", "claude-3-opus", "claude-3-sonnet"];

    // Of Anthropic's these think only where they are asked to; newer ones unless they are told not to.
    private static readonly string[] s_onDemand = ["claude-opus-4", "claude-sonnet-4", "claude-haiku-4", "claude-3"];

    /// <summary>
    /// True unless <paramref name="model"/> is known not to, or the request leaves it out: does not ask one that does so on demand, or tells another of
    /// Anthropic's not to. Always true of a request in the background.
    /// </summary>
    public static bool MayBe(ChatRequest request, string model)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(model);
        if (request.IsBackground)
            return true;
        var name = model[(model.LastIndexOf('/') + 1)..];
        if (IsOf(s_without, name))
            return false;
        if (request.Form != WireForm.Messages || !name.StartsWith("claude", StringComparison.OrdinalIgnoreCase))
            return true;
        using var body = RequestJson.Parse(request.Body);
        // Said twice, either may hold.
        var said = body.RootElement.EnumerateObject().Where(static p => p.NameEquals("thinking"u8) && p.Value.ValueKind != JsonValueKind.Null).ToList();
        return said.Count == 0 ? !IsOf(s_onDemand, name) : said.Exists(static p => !IsDisabled(p.Value));
    }

    private static bool IsOf(string[] families, string name) => Array.Exists(families, f => name.StartsWith(f, StringComparison.OrdinalIgnoreCase));

    private static bool IsDisabled(JsonElement thinking) =>
        thinking.ValueKind == JsonValueKind.Object && thinking.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("disabled"u8);
}
