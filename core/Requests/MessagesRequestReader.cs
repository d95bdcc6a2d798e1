using System.Text.Json;
using OrleansLlm.Core.Pricing;
using OrleansLlm.Core.Wire;

namespace OrleansLlm.Core.Requests;

/// <summary>
/// Reads an Anthropic Messages body into what the layers work on: the system text and the turns become messages, everything else isolates
/// and passes through. Text at or before the last <c>cache_control</c> mark is pinned: the provider keeps the prompt up to there by its bytes.
/// </summary>
public static class MessagesRequestReader
{
    // A mark says what the provider keeps, not what is asked.
    private static readonly PropertyNames NotIsolating = new("stream", "metadata", "service_tier", "cache_control", "messages");

    private static readonly HashSet<string> MustBeUnique = new(StringComparer.Ordinal) { "model", "service_tier", "speed", "inference_geo", "messages", "system", "stream", "max_tokens", "tools", "models", "fallbacks", "container", "mcp_servers", "context_management" };

    /// <summary>Reads <paramref name="body"/>.</summary>
    /// <param name="body">UTF-8 JSON; kept, not copied.</param>
    /// <param name="request">The request where the result is null.</param>
    /// <returns>Null, or why the request cannot be served.</returns>
    public static RequestProblem? Read(ReadOnlyMemory<byte> body, out ChatRequest? request) => RequestFields.Read(body, null, MustBeUnique, Read, out request);

    private static RequestProblem? Read(RequestFields fields, string? modelInAddress, out ChatRequest? request)
    {
        request = null;
        RequestProblem? wrong;
        if ((wrong = fields.ReadModel(null, out var model, out var modelToken)) is not null
            || (wrong = fields.ReadOtherModels(out var otherModels)) is not null
            || (wrong = fields.ReadStream(out var stream)) is not null
            || (wrong = fields.ReadMessages(out var turns)) is not null)
            return wrong;

        var messages = new List<ChatMessage>(turns.GetArrayLength() + 1);
        if (fields.TryGet("system", out var system) && system.ValueKind != JsonValueKind.Null)
        {
            if (MessagesContent.Read(fields.Body, system) is not { } instructions)
                return RequestFields.Wrong("system", "a string or an array of text blocks");
            messages.Add(new ChatMessage("system", instructions.Texts, instructions.HasMedia, false));
        }

        MessagesContent? last = null;
        var index = 0;
        foreach (var turn in turns.EnumerateArray())
        {
            if (ReadTurn(fields.Body, turn, index++, messages, out last) is { } problem)
                return problem;
            if (last!.HasMark)
                Pin(messages, messages.Count - 1);
        }

        // A mark at the top stands for one at the very end.
        if (fields.IsSet("cache_control"))
            Pin(messages, messages.Count);
        var (segments, contextDigest) = ChatRequestReader.Segment(messages, last!.Others);
        request = new ChatRequest
        {
            Form = WireForm.Messages,
            Body = fields.Body,
            Model = model,
            OtherModels = otherModels,
            ModelToken = modelToken,
            Stream = stream,
            // A stream of this form always tells its usage.
            IncludeUsage = true,
            StreamOptionsToken = null,
            IncludeUsageToken = null,
            Messages = messages,
            Choices = 1,
            // Which of them answers, and how much each is billed, only the answer tells.
            Tier = otherModels.Count > 0 ? ServiceTier.Other : ServiceTierName.OfMessages(fields.Root),
            MaxCompletionTokens = fields.Int32("max_tokens"),
            HasTools = fields.HasItems("tools"),
            MayBeShortened = fields.IsSet("context_management"),
            PointsElsewhere = fields.IsSet("container") || fields.IsSet("mcp_servers") || HasServerTools(fields),
            HasOtherParts = messages.Exists(static m => m.HasOtherParts),
            SetsReasoning = Thinks(fields),
            WantsJson = fields.TryGetObject("output_format", out _)
                || (fields.TryGetObject("output_config", out var output) && output.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.Object),
            Segments = segments,
            IsolationDigest = Isolate(fields.Root, turns, segments.MessageIndex >= 0),
            ContextDigest = contextDigest,
            // A container has a state of its own, and other people's servers answer what they like today.
            IsRepeatable = !fields.IsSet("container") && !fields.IsSet("mcp_servers"),
            IsProviderBound = fields.IsSet("container") || ProviderFiles.AreNamedIn(fields.Body.Span, fields.Root),
        };
        return null;
    }

    // Every model may be told not to think; how much to, only one that can.
    private static bool Thinks(RequestFields fields) =>
        (fields.IsSet("thinking") && !(fields.TryGetObject("thinking", out var thinking) && thinking.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("disabled"u8)))
        || (fields.TryGetObject("output_config", out var output) && output.TryGetProperty("effort", out var effort) && effort.ValueKind != JsonValueKind.Null);

    // Tools that the provider runs bring what they find into the prompt.
    private static bool HasServerTools(RequestFields fields) => fields.HasItems("tools") && fields.TryGet("tools", out var tools) && tools.EnumerateArray().Any(
        static t => t.ValueKind == JsonValueKind.Object && t.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && !type.ValueEquals("custom"u8));

    private static void Pin(List<ChatMessage> messages, int count)
    {
        for (var i = 0; i < count; i++)
            messages[i] = messages[i] with { TextParts = [.. messages[i].TextParts.Select(static p => p with { IsPinned = true })] };
    }

    private static RequestProblem? ReadTurn(ReadOnlyMemory<byte> body, JsonElement turn, int index, List<ChatMessage> messages, out MessagesContent? content)
    {
        content = null;
        var name = $"messages[{index}]";
        if (turn.ValueKind != JsonValueKind.Object)
            return RequestFields.Wrong(name, "an object");
        JsonElement? role = null, given = null;
        foreach (var property in turn.EnumerateObject())
        {
            switch (property.Name)
            {
                case "role" when role is not null:
                case "content" when given is not null:
                    return new RequestProblem($"'{name}.{property.Name}' stands twice in the body.", $"{name}.{property.Name}", "duplicate_parameter");
                case "role": role = property.Value; break;
                case "content": given = property.Value; break;
            }
        }

        if (role is not { ValueKind: JsonValueKind.String })
            return RequestFields.Wrong($"{name}.role", "'user' or 'assistant'");
        content = given is { } value ? MessagesContent.Read(body, value) : null;
        if (content is null)
            return RequestFields.Wrong($"{name}.content", "a string or an array of blocks, each text a string");
        // A user's turn that brings a tool's result is inside a tool's loop, whatever else it says.
        messages.Add(new ChatMessage(content.HasToolResult ? "tool" : role.Value.GetString()!, content.Texts, content.HasMedia, content.HasToolUse));
        return null;
    }

    private static byte[] Isolate(JsonElement root, JsonElement turns, bool hasQuestion)
    {
        using var hash = new CanonicalHash();
        CanonicalJson.AppendText(hash, 'F', "messages");
        CanonicalJson.Append(hash, root, NotIsolating.Contains);
        var index = 0;
        var last = turns.GetArrayLength() - 1;
        foreach (var turn in turns.EnumerateArray())
        {
            // Of the last user turn only the content is set apart.
            if (index++ == last && hasQuestion)
                CanonicalJson.Append(hash, turn, static p => p.NameEquals("content"u8));
            else
                CanonicalJson.Append(hash, turn);
        }

        return hash.Current();
    }
}
